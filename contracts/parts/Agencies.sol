// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRegistry} from "../interfaces/IRegistry.sol";
import {Codes} from "../lib/Codes.sol";
import {Intervals} from "../lib/Intervals.sol";
import {Regions} from "./Regions.sol";

/// @title Agencies, what they may issue, and who may seal for them.
abstract contract Agencies is Regions {
    using Intervals for Interval[];

    struct Registration {
        bytes6 region;
        uint64 activeFrom;
        uint64 removedAt;
        bool suspended;
        string did;
        Interval[] suspensions;
    }

    uint256 private constant _LONGEST_DID = 256;

    /// @dev Number of registrations that a code has had. What belongs to a registration is filed under its term, so that
    /// a rightful registration after a struck one starts with nothing of the struck one's.
    mapping(bytes18 agency => uint32) private _terms;
    mapping(bytes18 agency => mapping(uint32 term => Registration)) private _registrations;
    mapping(bytes32 didHash => bytes18 agency) private _agencyByDid;
    mapping(bytes18 agency => mapping(uint32 term => mapping(bytes21 typeCode => Interval[]))) private _authorisations;
    mapping(
        bytes18 agency => mapping(uint32 term => mapping(bytes18 sealer => mapping(uint32 sealerTerm => Interval[])))
    ) private _sealDelegations;

    /// @inheritdoc IRegistry
    function registerAgency(bytes6 region, bytes18 agency, string calldata did) external {
        _requireActiveAdmin(region);
        require(Codes.isAgency(agency), InvalidAgencyCode(agency));
        _requireDid(bytes(did));
        require(!_stands(_registration(agency)), AgencyExists(agency, _registration(agency).region));
        bytes32 didHash = keccak256(bytes(did));
        require(_agencyByDid[didHash] == 0, DidTaken(_agencyByDid[didHash]));

        uint32 term = ++_terms[agency];
        uint64 activeFrom = _afterDelay(region);
        Registration storage registered = _registrations[agency][term];
        registered.region = region;
        registered.activeFrom = activeFrom;
        registered.did = did;
        _agencyByDid[didHash] = agency;
        emit AgencyRegistered(agency, region, term, activeFrom, did);
    }

    /// @inheritdoc IRegistry
    function strikeAgency(bytes18 agency) external onlyRole(DEFAULT_ADMIN_ROLE) {
        Registration storage struck = _standing(agency);
        _remove(struck);
        emit AgencyStruck(agency, struck.region);
    }

    /// @inheritdoc IRegistry
    function vetoAgency(bytes18 agency) external onlyRole(GUARDIAN_ROLE) {
        Registration storage vetoed = _registration(agency);
        require(_stands(vetoed) && vetoed.activeFrom > block.timestamp, NothingToVeto());
        _remove(vetoed);
        emit AgencyVetoed(agency, vetoed.region);
    }

    /// @inheritdoc IRegistry
    function suspendAgency(bytes18 agency) external {
        Registration storage suspended = _standing(agency);
        _requireAdmin(suspended.region);
        require(!suspended.suspended, AgencyIsSuspended(agency));
        suspended.suspended = true;
        suspended.suspensions.begin(uint64(block.timestamp));
        emit AgencySuspended(agency, suspended.region);
    }

    /// @inheritdoc IRegistry
    function releaseAgency(bytes18 agency) external {
        Registration storage released = _standing(agency);
        _requireWidener(released.region, released.suspensions);
        require(released.suspended, AgencyNotSuspended(agency));
        released.suspended = false;
        released.suspensions.end();
        emit AgencyReleased(agency, released.region);
    }

    /// @inheritdoc IRegistry
    function authorise(bytes18 agency, bytes21 typeCode) external {
        bytes6 region = _standing(agency).region;
        Interval[] storage history = _authorisationsOf(agency, typeCode);
        _requireWidener(region, history);
        require(Codes.isType(typeCode), InvalidTypeCode(typeCode));
        require(!history.isOpen(), AlreadyAuthorised(agency, typeCode));
        uint64 from = _afterDelay(region);
        history.begin(from);
        emit AuthorisationGranted(agency, typeCode, from);
    }

    /// @inheritdoc IRegistry
    function endAuthorisation(bytes18 agency, bytes21 typeCode) external {
        _requireAdmin(_standing(agency).region);
        Interval[] storage history = _authorisationsOf(agency, typeCode);
        require(history.isOpen(), NotAuthorised(agency, typeCode));
        history.end();
        emit AuthorisationEnded(agency, typeCode);
    }

    /// @inheritdoc IRegistry
    function vetoAuthorisation(bytes18 agency, bytes21 typeCode) external onlyRole(GUARDIAN_ROLE) {
        Interval[] storage history = _authorisationsOf(agency, typeCode);
        require(history.isPending(), NothingToVeto());
        history.end();
        emit AuthorisationVetoed(agency, typeCode);
    }

    /// @inheritdoc IRegistry
    function delegateSeal(bytes18 agency, bytes18 sealer) external {
        bytes6 region = _standing(agency).region;
        Interval[] storage history = _sealDelegationsOf(agency, sealer);
        _requireWidener(region, history);
        require(_stands(_registration(sealer)), AgencyUnknown(sealer));
        require(!history.isOpen(), AlreadyDelegated(agency, sealer));
        uint64 from = _afterDelay(region);
        history.begin(from);
        emit SealDelegated(agency, sealer, from);
    }

    /// @inheritdoc IRegistry
    function endSealDelegation(bytes18 agency, bytes18 sealer) external {
        _requireAdmin(_standing(agency).region);
        Interval[] storage history = _sealDelegationsOf(agency, sealer);
        require(history.isOpen(), NotDelegated(agency, sealer));
        history.end();
        emit SealDelegationEnded(agency, sealer);
    }

    /// @inheritdoc IRegistry
    function vetoSealDelegation(bytes18 agency, bytes18 sealer) external onlyRole(GUARDIAN_ROLE) {
        Interval[] storage history = _sealDelegationsOf(agency, sealer);
        require(history.isPending(), NothingToVeto());
        history.end();
        emit SealDelegationVetoed(agency, sealer);
    }

    /// @inheritdoc IRegistry
    function findAgency(bytes18 agency) external view returns (AgencyRecord memory) {
        Registration storage found = _registration(agency);
        return AgencyRecord({
            region: found.region,
            term: _terms[agency],
            activeFrom: found.activeFrom,
            removedAt: found.removedAt,
            did: found.did,
            suspensions: found.suspensions
        });
    }

    /// @inheritdoc IRegistry
    function findAgencyByDid(string calldata did) external view returns (bytes18 agency) {
        return _agencyByDid[keccak256(bytes(did))];
    }

    /// @inheritdoc IRegistry
    function findAuthorisations(bytes18 agency, bytes21 typeCode) external view returns (Interval[] memory) {
        return _authorisationsOf(agency, typeCode);
    }

    /// @inheritdoc IRegistry
    function findSealDelegations(bytes18 agency, bytes18 sealer) external view returns (Interval[] memory) {
        return _sealDelegationsOf(agency, sealer);
    }

    /// @dev The newest registration, if it was neither vetoed nor struck; it may still wait for its delay.
    function _standing(bytes18 agency) internal view returns (Registration storage standing) {
        standing = _registration(agency);
        require(_stands(standing), AgencyUnknown(agency));
    }

    function _termOf(bytes18 agency) internal view returns (uint32) {
        return _terms[agency];
    }

    /// @dev When the registration of that term was vetoed or struck; 0 while it stands.
    function _removedAt(bytes18 agency, uint32 term) internal view returns (uint64) {
        return _registrations[agency][term].removedAt;
    }

    function _remove(Registration storage registration) private {
        registration.removedAt = uint64(block.timestamp);
        delete _agencyByDid[keccak256(bytes(registration.did))];
    }

    function _registration(bytes18 agency) private view returns (Registration storage) {
        return _registrations[agency][_terms[agency]];
    }

    function _stands(Registration storage registration) private view returns (bool) {
        return registration.activeFrom != 0 && registration.removedAt == 0;
    }

    function _authorisationsOf(bytes18 agency, bytes21 typeCode) private view returns (Interval[] storage) {
        return _authorisations[agency][_terms[agency]][typeCode];
    }

    function _sealDelegationsOf(bytes18 agency, bytes18 sealer) private view returns (Interval[] storage) {
        return _sealDelegations[agency][_terms[agency]][sealer][_terms[sealer]];
    }

    /// @dev Printable ASCII that starts with `did:`. What follows is the clients' business.
    function _requireDid(bytes calldata did) private pure {
        require(did.length > 4 && did.length <= _LONGEST_DID && bytes4(did) == "did:", InvalidDid());
        for (uint256 i = 4; i < did.length; ++i) {
            require(did[i] > " " && did[i] <= "~", InvalidDid());
        }
    }
}
