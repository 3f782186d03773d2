// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessControlDefaultAdminRules} from
    "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {IRegistry} from "../interfaces/IRegistry.sol";
import {Codes} from "../lib/Codes.sol";
import {Intervals} from "../lib/Intervals.sol";

/// @title Governor, guardian, and the regions they admit and suspend.
/// @dev The governor is the default admin of OpenZeppelin's access control: one account, handed over in two steps.
abstract contract Regions is IRegistry, AccessControlDefaultAdminRules {
    using Intervals for Interval[];

    struct Region {
        // One slot, which answers both who may act and whether he may widen.
        address admin;
        uint32 activationDelay;
        uint40 addedAt;
        bool suspended;
        Interval[] suspensions;
    }

    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");

    /// @dev A delay beyond this would keep a region from ever adding anything; it can only be a slip.
    uint32 private constant _LONGEST_DELAY = 365 days;

    mapping(bytes6 region => Region) private _regions;

    constructor(address governor, address guardian) AccessControlDefaultAdminRules(0, governor) {
        require(guardian != address(0), InvalidAddress());
        _grantRole(GUARDIAN_ROLE, guardian);
    }

    /// @inheritdoc IRegistry
    function addRegion(bytes6 region, address admin, uint32 activationDelay) external onlyRole(DEFAULT_ADMIN_ROLE) {
        require(Codes.isRegion(region), InvalidRegionCode(region));
        require(admin != address(0), InvalidAddress());
        _requireDelay(activationDelay);
        Region storage added = _regions[region];
        require(added.addedAt == 0, RegionExists(region));
        added.admin = admin;
        added.activationDelay = activationDelay;
        added.addedAt = uint40(block.timestamp);
        emit RegionAdded(region, admin, activationDelay);
    }

    /// @inheritdoc IRegistry
    function setRegionAdmin(bytes6 region, address admin) external onlyRole(DEFAULT_ADMIN_ROLE) {
        require(admin != address(0), InvalidAddress());
        _known(region).admin = admin;
        emit RegionAdminSet(region, admin);
    }

    /// @inheritdoc IRegistry
    function setActivationDelay(bytes6 region, uint32 activationDelay) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _requireDelay(activationDelay);
        _known(region).activationDelay = activationDelay;
        emit ActivationDelaySet(region, activationDelay);
    }

    /// @inheritdoc IRegistry
    function suspendRegion(bytes6 region) external {
        require(
            hasRole(DEFAULT_ADMIN_ROLE, msg.sender) || hasRole(GUARDIAN_ROLE, msg.sender),
            NotGovernorOrGuardian(msg.sender)
        );
        Region storage suspended = _known(region);
        require(!suspended.suspended, RegionIsSuspended(region));
        suspended.suspended = true;
        suspended.suspensions.begin(uint64(block.timestamp));
        _markOperators(region, true);
        emit RegionSuspended(region, msg.sender);
    }

    /// @inheritdoc IRegistry
    function releaseRegion(bytes6 region) external onlyRole(DEFAULT_ADMIN_ROLE) {
        Region storage released = _known(region);
        require(released.suspended, RegionNotSuspended(region));
        released.suspended = false;
        released.suspensions.end();
        _markOperators(region, false);
        emit RegionReleased(region);
    }

    /// @inheritdoc IRegistry
    function findRegion(bytes6 region) external view returns (RegionRecord memory) {
        Region storage found = _regions[region];
        return RegionRecord({
            admin: found.admin,
            activationDelay: found.activationDelay,
            addedAt: found.addedAt,
            suspensions: found.suspensions
        });
    }

    /// @dev Tells every operator of the region whether the region is suspended.
    function _markOperators(bytes6 region, bool suspended) internal virtual;

    /// @dev For acts that narrow what counts: the admin may do them in a suspended region too.
    function _requireAdmin(bytes6 region) internal view {
        require(_regions[region].admin == msg.sender, NotRegionAdmin(region, msg.sender));
    }

    /// @dev For acts that widen what counts.
    function _requireActiveAdmin(bytes6 region) internal view {
        _requireAdmin(region);
        _requireActive(region);
    }

    /// @dev For acts that widen a history. An admin who is a thief can fill one; the governor's way out needs no room in it.
    function _requireWidener(bytes6 region, Interval[] storage history) internal view {
        if (!hasRole(DEFAULT_ADMIN_ROLE, msg.sender)) {
            _requireAdmin(region);
            history.requireRoom();
        }
        _requireActive(region);
    }

    /// @dev When an act of this block takes effect.
    function _afterDelay(bytes6 region) internal view returns (uint64) {
        return uint64(block.timestamp) + _regions[region].activationDelay;
    }

    function _requireActive(bytes6 region) private view {
        require(!_regions[region].suspended, RegionIsSuspended(region));
    }

    function _known(bytes6 region) private view returns (Region storage known) {
        known = _regions[region];
        require(known.addedAt != 0, RegionUnknown(region));
    }

    function _requireDelay(uint32 activationDelay) private pure {
        require(activationDelay <= _LONGEST_DELAY, InvalidActivationDelay(activationDelay, _LONGEST_DELAY));
    }
}
