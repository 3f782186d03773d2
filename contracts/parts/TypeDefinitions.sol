// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRegistry} from "../interfaces/IRegistry.sol";
import {Codes} from "../lib/Codes.sol";
import {Agencies} from "./Agencies.sol";

/// @title Digests of certificate type definitions, fixed for each version.
abstract contract TypeDefinitions is Agencies {
    mapping(bytes21 typeCode => mapping(uint32 version => TypeDefinitionRecord)) private _typeDefinitions;

    /// @inheritdoc IRegistry
    function publishTypeDefinition(bytes21 typeCode, uint32 version, bytes32 digest) external {
        require(Codes.isType(typeCode), InvalidTypeCode(typeCode));
        require(version != 0, InvalidVersion());
        require(digest != 0, InvalidDigest());
        bytes18 authority = bytes18(typeCode);
        Registration storage defining = _standing(authority);
        _requireActiveAdmin(defining.region);
        require(defining.activeFrom <= block.timestamp && !defining.suspended, AgencyNotActive(authority));
        TypeDefinitionRecord storage published = _typeDefinitions[typeCode][version];
        require(published.publishedAt == 0, TypeDefinitionExists(typeCode, version));
        published.digest = digest;
        published.publishedAt = uint64(block.timestamp);
        emit TypeDefinitionPublished(typeCode, version, digest);
    }

    /// @inheritdoc IRegistry
    function findTypeDefinition(bytes21 typeCode, uint32 version)
        external
        view
        returns (TypeDefinitionRecord memory)
    {
        return _typeDefinitions[typeCode][version];
    }
}
