// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRegistry} from "../interfaces/IRegistry.sol";
import {Rfc9162} from "../lib/Rfc9162.sol";
import {Operators} from "./Operators.sol";

/// @title Batches: when a region recorded one, and whether it took it back.
abstract contract Anchors is Operators {
    uint32 private constant _LARGEST_BATCH = 2 ** 20;

    /// @dev Anchor time and disowned time share a slot. The size is part of the name: the same root with another size would
    /// be another tree, and neither may stand in the other's way.
    mapping(bytes6 region => mapping(bytes32 root => mapping(uint32 size => AnchorRecord))) private _anchors;

    /// @inheritdoc IRegistry
    function anchor(bytes6 region, bytes32 root, uint32 size) external returns (uint64 anchoredAt) {
        _requireAnchorOperator(region);
        _requireSize(size);
        AnchorRecord storage anchored = _anchors[region][root][size];
        anchoredAt = anchored.anchoredAt;
        if (anchoredAt != 0) return anchoredAt;
        anchoredAt = uint64(block.timestamp);
        anchored.anchoredAt = anchoredAt;
        emit BatchAnchored(region, root, size);
    }

    /// @inheritdoc IRegistry
    function disownRoot(bytes6 region, bytes32 root, uint32 size) external {
        _requireAdmin(region);
        _requireSize(size);
        AnchorRecord storage disowned = _anchors[region][root][size];
        require(disowned.disownedEffectiveAt == 0, AlreadyDisowned(region, root, size));
        uint64 effectiveAt = _afterDelay(region);
        disowned.disownedEffectiveAt = effectiveAt;
        emit RootDisowned(region, root, size, effectiveAt);
    }

    /// @inheritdoc IRegistry
    function vetoDisowning(bytes6 region, bytes32 root, uint32 size) external onlyRole(GUARDIAN_ROLE) {
        AnchorRecord storage vetoed = _anchors[region][root][size];
        require(vetoed.disownedEffectiveAt > block.timestamp, NothingToVeto());
        vetoed.disownedEffectiveAt = 0;
        emit DisowningVetoed(region, root, size);
    }

    /// @inheritdoc IRegistry
    function findAnchor(bytes6 region, bytes32 root, uint32 size) external view returns (AnchorRecord memory) {
        return _anchors[region][root][size];
    }

    /// @inheritdoc IRegistry
    function verifyInclusion(bytes6 region, bytes32 leaf, uint32 index, uint32 size, bytes32[] calldata path)
        external
        view
        returns (Inclusion inclusion, uint64 anchoredAt)
    {
        (bool fits, bytes32 root) = Rfc9162.rootAbove(leaf, index, size, path);
        if (!fits) return (Inclusion.NotProven, 0);
        AnchorRecord storage found = _anchors[region][root][size];
        anchoredAt = found.anchoredAt;
        if (anchoredAt == 0) return (Inclusion.NotProven, 0);
        uint64 disownedAt = found.disownedEffectiveAt;
        if (disownedAt == 0) return (Inclusion.Anchored, anchoredAt);
        return (disownedAt > block.timestamp ? Inclusion.Disputed : Inclusion.Disowned, anchoredAt);
    }

    function _requireSize(uint32 size) private pure {
        require(size != 0 && size <= _LARGEST_BATCH, InvalidBatchSize(size, _LARGEST_BATCH));
    }
}
