// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {IRegistry} from "../interfaces/IRegistry.sol";
import {Regions} from "./Regions.sol";

/// @title The accounts with which a region anchors and writes status.
abstract contract Operators is Regions {
    using EnumerableSet for EnumerableSet.AddressSet;

    /// @dev One slot, the only one that an operator's act reads before the one it writes.
    struct Operator {
        uint64 anchorFrom;
        uint64 statusFrom;
        // Whether the region is. Kept here, so that a region's daily acts do not pay for reading it elsewhere.
        bool regionSuspended;
    }

    uint8 private constant _ANCHOR = 1;
    uint8 private constant _STATUS = 2;

    /// @dev Suspending a region visits its operators and must never run out of gas.
    uint256 private constant _MOST_OPERATORS = 32;

    mapping(bytes6 region => mapping(address operator => Operator)) private _operators;
    /// @dev Those with a right, held or pending.
    mapping(bytes6 region => EnumerableSet.AddressSet) private _operatorsOf;

    /// @inheritdoc IRegistry
    function grantOperator(bytes6 region, address operator, uint8 rights) external {
        _requireActiveAdmin(region);
        _requireRights(rights);
        require(operator != address(0), InvalidAddress());
        Operator storage granted = _operators[region][operator];
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
        if (_operatorsOf[region].add(operator)) {
            require(_operatorsOf[region].length() <= _MOST_OPERATORS, TooManyOperators(_MOST_OPERATORS));
            // The region is not suspended now, whatever it was when this operator last had a right.
            granted.regionSuspended = false;
        }
        emit OperatorGranted(region, operator, added, from);
    }

    /// @inheritdoc IRegistry
    function removeOperator(bytes6 region, address operator, uint8 rights) external {
        _requireAdmin(region);
        _requireRights(rights);
        uint8 removed = _clear(region, operator, rights, 0);
        require(removed != 0, OperatorUnchanged(region, operator, rights));
        emit OperatorRemoved(region, operator, removed);
    }

    /// @inheritdoc IRegistry
    function vetoOperator(bytes6 region, address operator) external onlyRole(GUARDIAN_ROLE) {
        uint8 vetoed = _clear(region, operator, _ANCHOR | _STATUS, block.timestamp);
        require(vetoed != 0, NothingToVeto());
        emit OperatorVetoed(region, operator, vetoed);
    }

    /// @inheritdoc IRegistry
    function findOperator(bytes6 region, address operator) external view returns (OperatorRecord memory) {
        Operator storage found = _operators[region][operator];
        return OperatorRecord({anchorFrom: found.anchorFrom, statusFrom: found.statusFrom});
    }

    /// @dev In a region that is not suspended.
    function _requireAnchorOperator(bytes6 region) internal view {
        Operator memory operator = _operators[region][msg.sender];
        require(_isInEffect(operator.anchorFrom), NotAnchorOperator(region, msg.sender));
        require(!operator.regionSuspended, RegionIsSuspended(region));
    }

    function _requireStatusOperator(bytes6 region) internal view {
        require(_isInEffect(_operators[region][msg.sender].statusFrom), NotStatusOperator(region, msg.sender));
    }

    /// @dev In a region that is not suspended.
    function _requireReleasingOperator(bytes6 region) internal view {
        Operator memory operator = _operators[region][msg.sender];
        require(_isInEffect(operator.statusFrom), NotStatusOperator(region, msg.sender));
        require(!operator.regionSuspended, RegionIsSuspended(region));
    }

    function _markOperators(bytes6 region, bool suspended) internal override {
        EnumerableSet.AddressSet storage operators = _operatorsOf[region];
        uint256 count = operators.length();
        for (uint256 i = 0; i < count; ++i) {
            _operators[region][operators.at(i)].regionSuspended = suspended;
        }
    }

    /// @dev Clears those of `rights` that are held or pending from after `time`, and tells which.
    function _clear(bytes6 region, address account, uint8 rights, uint256 time) private returns (uint8 cleared) {
        Operator storage operator = _operators[region][account];
        if (rights & _ANCHOR != 0 && operator.anchorFrom > time) {
            operator.anchorFrom = 0;
            cleared |= _ANCHOR;
        }
        if (rights & _STATUS != 0 && operator.statusFrom > time) {
            operator.statusFrom = 0;
            cleared |= _STATUS;
        }
        bool left = cleared != 0 && operator.anchorFrom == 0 && operator.statusFrom == 0;
        if (left) assert(_operatorsOf[region].remove(account));
    }

    function _isInEffect(uint64 from) private view returns (bool) {
        return from != 0 && from <= block.timestamp;
    }

    function _requireRights(uint8 rights) private pure {
        require(rights != 0 && rights <= _ANCHOR | _STATUS, InvalidRights(rights));
    }
}
