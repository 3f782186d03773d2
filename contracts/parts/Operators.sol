// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRegistry} from "../interfaces/IRegistry.sol";
import {Regions} from "./Regions.sol";

/// @title The accounts with which a region anchors and writes status.
abstract contract Operators is Regions {
    uint8 private constant _ANCHOR = 1;
    uint8 private constant _STATUS = 2;

    /// @dev Both rights of an operator share a slot.
    mapping(bytes6 region => mapping(address operator => OperatorRecord)) private _operators;

    /// @inheritdoc IRegistry
    function grantOperator(bytes6 region, address operator, uint8 rights) external {
        _requireActiveAdmin(region);
        _requireRights(rights);
        require(operator != address(0), InvalidAddress());
        OperatorRecord storage granted = _operators[region][operator];
        uint64 from = _afterDelay(region);
        uint8 added = 0;
        if (rights & _ANCHOR != 0 && granted.anchorFrom == 0) {
            granted.anchorFrom = from;
            added |= _ANCHOR;
        }
        if (rights & _STATUS != 0 && granted.statusFrom == 0) {
            granted.statusFrom = from;
            added |= _STATUS;
        }
        require(added != 0, OperatorUnchanged(region, operator, rights));
        emit OperatorGranted(region, operator, added, from);
    }

    /// @inheritdoc IRegistry
    function removeOperator(bytes6 region, address operator, uint8 rights) external {
        _requireAdmin(region);
        _requireRights(rights);
        uint8 removed = _clear(_operators[region][operator], rights, 0);
        require(removed != 0, OperatorUnchanged(region, operator, rights));
        emit OperatorRemoved(region, operator, removed);
    }

    /// @inheritdoc IRegistry
    function vetoOperator(bytes6 region, address operator) external onlyRole(GUARDIAN_ROLE) {
        uint8 vetoed = _clear(_operators[region][operator], _ANCHOR | _STATUS, block.timestamp);
        require(vetoed != 0, NothingToVeto());
        emit OperatorVetoed(region, operator, vetoed);
    }

    /// @inheritdoc IRegistry
    function findOperator(bytes6 region, address operator) external view returns (OperatorRecord memory) {
        return _operators[region][operator];
    }

    function _requireAnchorOperator(bytes6 region) internal view {
        uint256 from = _operators[region][msg.sender].anchorFrom;
        require(from != 0 && from <= block.timestamp, NotAnchorOperator(region, msg.sender));
    }

    function _requireStatusOperator(bytes6 region) internal view {
        uint256 from = _operators[region][msg.sender].statusFrom;
        require(from != 0 && from <= block.timestamp, NotStatusOperator(region, msg.sender));
    }

    /// @dev Clears those of `rights` that are held or pending from after `time`, and tells which.
    function _clear(OperatorRecord storage operator, uint8 rights, uint256 time) private returns (uint8 cleared) {
        if (rights & _ANCHOR != 0 && operator.anchorFrom > time) {
            operator.anchorFrom = 0;
            cleared |= _ANCHOR;
        }
        if (rights & _STATUS != 0 && operator.statusFrom > time) {
            operator.statusFrom = 0;
            cleared |= _STATUS;
        }
    }

    function _requireRights(uint8 rights) private pure {
        require(rights != 0 && rights <= _ANCHOR | _STATUS, InvalidRights(rights));
    }
}
