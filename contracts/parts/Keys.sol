// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRegistry} from "../interfaces/IRegistry.sol";
import {Multikeys} from "../lib/Multikeys.sol";
import {Agencies} from "./Agencies.sol";

/// @title Keys of agencies and regions, from activation to retirement, and claims that one was compromised.
abstract contract Keys is Agencies {
    struct Key {
        bytes18 agency;
        bytes6 region;
        KeyPurpose purpose;
        uint16 algorithm;
        // The agency's term in which the key was added; it ends with that registration.
        uint32 term;
        uint64 activeFrom;
        // By retirement or veto alone; `_endOf` tells the whole truth.
        uint64 retiredAt;
        RetroactiveAct[] compromises;
    }

    /// @dev Each claim moves further back, so an honest region needs a few. A veto clears what an attacker piles up.
    uint256 private constant _MOST_COMPROMISES = 16;

    mapping(bytes32 keyDigest => Key) private _keys;

    /// @inheritdoc IRegistry
    function addAgencyKey(bytes18 agency, KeyPurpose purpose, bytes calldata multikey)
        external
        returns (bytes32 keyDigest)
    {
        require(purpose <= KeyPurpose.Audit, PurposeNotForOwner(purpose));
        return _add(agency, _standing(agency).region, purpose, multikey);
    }

    /// @inheritdoc IRegistry
    function addRegionKey(bytes6 region, KeyPurpose purpose, bytes calldata multikey)
        external
        returns (bytes32 keyDigest)
    {
        require(purpose != KeyPurpose.Certificate, PurposeNotForOwner(purpose));
        return _add(0, region, purpose, multikey);
    }

    /// @inheritdoc IRegistry
    function retireKey(bytes32 keyDigest) external {
        Key storage key = _known(keyDigest);
        _requireAdmin(key.region);
        uint64 end = _endOf(key);
        require(end == 0, KeyAlreadyRetired(keyDigest, end));
        key.retiredAt = key.activeFrom > block.timestamp ? key.activeFrom : uint64(block.timestamp);
        emit KeyRetired(keyDigest);
    }

    /// @inheritdoc IRegistry
    function vetoKey(bytes32 keyDigest) external onlyRole(GUARDIAN_ROLE) {
        Key storage key = _keys[keyDigest];
        require(key.activeFrom > block.timestamp && _endOf(key) == 0, NothingToVeto());
        key.retiredAt = key.activeFrom;
        emit KeyVetoed(keyDigest);
    }

    /// @inheritdoc IRegistry
    function claimKeyCompromise(bytes32 keyDigest, uint64 since) external {
        Key storage key = _known(keyDigest);
        _requireAdmin(key.region);
        require(since <= block.timestamp, TimeInFuture(since, uint64(block.timestamp)));
        uint256 standing = key.compromises.length;
        require(standing < _MOST_COMPROMISES, TooManyCompromises(_MOST_COMPROMISES));
        if (standing != 0) {
            uint64 earliest = key.compromises[standing - 1].since;
            require(since < earliest, CompromiseNotEarlier(keyDigest, since, earliest));
        }
        uint64 effectiveAt = since < block.timestamp ? _afterDelay(key.region) : since;
        key.compromises.push(RetroactiveAct({since: since, effectiveAt: effectiveAt}));
        emit KeyCompromiseClaimed(keyDigest, since, effectiveAt);
    }

    /// @inheritdoc IRegistry
    function vetoKeyCompromise(bytes32 keyDigest) external onlyRole(GUARDIAN_ROLE) {
        RetroactiveAct[] storage claims = _keys[keyDigest].compromises;
        uint256 claimed = claims.length;
        uint256 kept = 0;
        // A later claim may be the earlier to take effect, when the delay was shortened between them.
        for (uint256 i = 0; i < claimed; ++i) {
            if (claims[i].effectiveAt <= block.timestamp) claims[kept++] = claims[i];
        }
        require(kept < claimed, NothingToVeto());
        for (uint256 i = kept; i < claimed; ++i) {
            claims.pop();
        }
        emit KeyCompromiseVetoed(keyDigest);
    }

    /// @inheritdoc IRegistry
    function findKey(bytes32 keyDigest) external view returns (KeyRecord memory) {
        Key storage key = _keys[keyDigest];
        return KeyRecord({
            agency: key.agency,
            region: key.region,
            purpose: key.purpose,
            algorithm: key.algorithm,
            activeFrom: key.activeFrom,
            retiredAt: _endOf(key),
            compromises: key.compromises
        });
    }

    function _add(bytes18 agency, bytes6 region, KeyPurpose purpose, bytes calldata multikey)
        private
        returns (bytes32 keyDigest)
    {
        _requireActiveAdmin(region);
        uint16 algorithm = Multikeys.algorithmOf(multikey);
        keyDigest = sha256(multikey);
        Key storage key = _keys[keyDigest];
        require(key.activeFrom == 0, KeyExists(keyDigest));
        uint64 activeFrom = _afterDelay(region);
        key.agency = agency;
        key.region = region;
        key.purpose = purpose;
        key.algorithm = algorithm;
        key.term = _termOf(agency);
        key.activeFrom = activeFrom;
        emit KeyAdded(bytes8(keyDigest), keyDigest, agency, region, purpose, algorithm, activeFrom, multikey);
    }

    function _known(bytes32 keyDigest) private view returns (Key storage key) {
        key = _keys[keyDigest];
        require(key.activeFrom != 0, KeyUnknown(keyDigest));
    }

    /// @dev The earlier of the key's own end and that of its agency's registration, never before its start; 0 while it lasts.
    function _endOf(Key storage key) private view returns (uint64 end) {
        end = key.retiredAt;
        uint64 removedAt = _removedAt(key.agency, key.term);
        if (removedAt != 0 && (end == 0 || removedAt < end)) end = removedAt;
        if (end != 0 && end < key.activeFrom) end = key.activeFrom;
    }
}
