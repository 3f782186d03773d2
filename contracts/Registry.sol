// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import {Anchors} from "./parts/Anchors.sol";
import {Keys} from "./parts/Keys.sol";
import {Regions} from "./parts/Regions.sol";
import {StatusLists} from "./parts/StatusLists.sol";
import {TypeDefinitions} from "./parts/TypeDefinitions.sol";

/// @title The constitution of a licence network, whole from the start so that it need not be redeployed.
/// @dev One part of the rules to a file under parts/; `IRegistry` says what each act promises.
contract Registry is Keys, TypeDefinitions, Anchors, StatusLists, Multicall {
    /// @param governor In production a `TimelockController`.
    /// @param guardian Can veto and suspend without delay, and nothing else.
    constructor(address governor, address guardian) Regions(governor, guardian) {}

    /// @inheritdoc IRegistry
    function registryVersion() external pure returns (uint32) {
        return 1;
    }
}
