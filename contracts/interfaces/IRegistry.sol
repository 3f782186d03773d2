// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The registry of a licence network: regions, agencies, keys, authorisations, anchors and status words.
/// @notice One registry serves one network. A governor admits regions, a guardian can stop what has not taken effect, and
/// every region manages itself. Nothing about a holder and no free text is kept here: only codes, digests, times and bits.
///
/// Codes are ASCII, left-aligned: a region is six digits (`bytes6`), an agency its eighteen-character unified social credit
/// code (`bytes18`), a certificate type the defining authority's code and three characters more (`bytes21`).
///
/// Times are block times in seconds. An act that widens what counts (agency, authorisation, seal delegation, key, operator)
/// takes effect `activationDelay` seconds later and can be vetoed until then. An act that narrows it (suspension, end,
/// retirement, removal) takes effect in its block. An act that reaches into the past (compromise, disowning) is a dispute
/// until the delay has passed, and can be vetoed until then.
///
/// Views never revert for something that is not recorded: they return a record whose times are all zero.
interface IRegistry {
    /// @dev What a key may sign. Certificate keys belong to agencies; bundle and seal-CA keys to regions; the rest to either.
    enum KeyPurpose {
        Certificate,
        StatusList,
        Audit,
        Bundle,
        SealCa
    }

    /// @dev What `verifyInclusion` found. Only `Anchored` is a proof; `Disputed` is neither proof nor refutation.
    enum Inclusion {
        NotProven,
        Anchored,
        Disputed,
        Disowned
    }

    /// @dev Half-open: from ≤ time < until. `until` is 0 while open. In a list none is empty and each begins after the one
    /// before it has ended.
    struct Interval {
        uint64 from;
        uint64 until;
    }

    /// @dev A claim about the past. It stands as a dispute before `effectiveAt` and holds from then on.
    struct RetroactiveAct {
        uint64 since;
        uint64 effectiveAt;
    }

    struct RegionRecord {
        address admin;
        uint32 activationDelay;
        uint64 addedAt;
        Interval[] suspensions;
    }

    /// @dev The newest registration of an agency code. `term` counts registrations: authorisations, seal delegations and
    /// keys belong to the term they were made in, so whoever registers a struck code again inherits nothing.
    struct AgencyRecord {
        bytes6 region;
        uint32 term;
        uint64 activeFrom;
        /// Time at which the registration was vetoed or struck; 0 when it stands.
        uint64 removedAt;
        string did;
        Interval[] suspensions;
    }

    struct KeyRecord {
        /// Zero for a key of the region itself.
        bytes18 agency;
        bytes6 region;
        KeyPurpose purpose;
        /// Multicodec code of the public key, read from the Multikey's prefix (0xed is Ed25519).
        uint16 algorithm;
        uint64 activeFrom;
        /// The earliest of retirement, veto and the end of the agency's registration; 0 while none has happened.
        uint64 retiredAt;
        /// Claims that stand, each earlier in `since` than the one before it.
        RetroactiveAct[] compromises;
    }

    /// @dev Each right is held from its time on; 0 means not granted.
    struct OperatorRecord {
        uint64 anchorFrom;
        uint64 statusFrom;
    }

    struct AnchorRecord {
        /// Block time of the first anchor; 0 when the batch is not anchored (it may still have been disowned ahead).
        uint64 anchoredAt;
        /// Time from which the batch counts as disowned; before it, it is disputed. 0 when nobody disowned it.
        uint64 disownedEffectiveAt;
    }

    struct TypeDefinitionRecord {
        bytes32 digest;
        uint64 publishedAt;
    }

    /// @dev Bits of one word of a status list. Index i of a list is word i >> 8, bit 255 - (i & 255).
    struct StatusMask {
        uint16 word;
        uint256 mask;
    }

    // ---------------------------------------------------------------------------------------------------------- errors

    error InvalidAddress();
    error InvalidRegionCode(bytes6 region);
    error InvalidAgencyCode(bytes18 agency);
    error InvalidTypeCode(bytes21 typeCode);
    error InvalidDid();
    error InvalidActivationDelay(uint32 activationDelay, uint32 longest);
    error InvalidRights(uint8 rights);
    error InvalidDigest();
    error InvalidVersion();
    error InvalidBatchSize(uint32 size, uint32 largest);
    error InvalidMultikey();
    error InvalidWord(uint16 word, uint16 words);
    error EmptyMasks();

    error NotRegionAdmin(bytes6 region, address caller);
    error NotAnchorOperator(bytes6 region, address caller);
    error NotStatusOperator(bytes6 region, address caller);
    error NotGovernorOrGuardian(address caller);

    error RegionUnknown(bytes6 region);
    error RegionExists(bytes6 region);
    error RegionIsSuspended(bytes6 region);
    error RegionNotSuspended(bytes6 region);

    error AgencyUnknown(bytes18 agency);
    error AgencyExists(bytes18 agency, bytes6 region);
    error AgencyNotActive(bytes18 agency);
    error AgencyIsSuspended(bytes18 agency);
    error AgencyNotSuspended(bytes18 agency);
    error DidTaken(bytes18 agency);

    error AlreadyAuthorised(bytes18 agency, bytes21 typeCode);
    error NotAuthorised(bytes18 agency, bytes21 typeCode);
    error AlreadyDelegated(bytes18 agency, bytes18 sealer);
    error NotDelegated(bytes18 agency, bytes18 sealer);
    error TooManyIntervals(uint256 most);

    error KeyUnknown(bytes32 keyDigest);
    error KeyExists(bytes32 keyDigest);
    error KeyAlreadyRetired(bytes32 keyDigest, uint64 retiredAt);
    error PurposeNotForOwner(KeyPurpose purpose);
    error TimeInFuture(uint64 time, uint64 blockTime);
    error CompromiseNotEarlier(bytes32 keyDigest, uint64 since, uint64 standing);
    error TooManyCompromises(uint256 most);

    error OperatorUnchanged(bytes6 region, address operator, uint8 rights);
    error TooManyOperators(uint256 most);
    error AlreadyDisowned(bytes6 region, bytes32 root, uint32 size);
    error TypeDefinitionExists(bytes21 typeCode, uint32 version);
    /// @dev What the guardian names was never done, is in effect already, or was vetoed before.
    error NothingToVeto();

    // ---------------------------------------------------------------------------------------------------------- events
    // Together with their block times the events tell the whole state; docs/contract.md says how to rebuild it.

    event RegionAdded(bytes6 indexed region, address indexed admin, uint32 activationDelay);
    event RegionAdminSet(bytes6 indexed region, address indexed admin);
    event ActivationDelaySet(bytes6 indexed region, uint32 activationDelay);
    event RegionSuspended(bytes6 indexed region, address indexed by);
    event RegionReleased(bytes6 indexed region);

    event AgencyRegistered(
        bytes18 indexed agency, bytes6 indexed region, uint32 term, uint64 activeFrom, string did
    );
    event AgencyVetoed(bytes18 indexed agency, bytes6 indexed region);
    event AgencyStruck(bytes18 indexed agency, bytes6 indexed region);
    event AgencySuspended(bytes18 indexed agency, bytes6 indexed region);
    event AgencyReleased(bytes18 indexed agency, bytes6 indexed region);

    event AuthorisationGranted(bytes18 indexed agency, bytes21 indexed typeCode, uint64 from);
    event AuthorisationEnded(bytes18 indexed agency, bytes21 indexed typeCode);
    event AuthorisationVetoed(bytes18 indexed agency, bytes21 indexed typeCode);
    event SealDelegated(bytes18 indexed agency, bytes18 indexed sealer, uint64 from);
    event SealDelegationEnded(bytes18 indexed agency, bytes18 indexed sealer);
    event SealDelegationVetoed(bytes18 indexed agency, bytes18 indexed sealer);

    /// @param keyId The first eight bytes of `keyDigest`, as tokens name their key.
    /// @param agency Zero for a key of the region itself.
    /// @param multikey The public key with its multicodec prefix; `keyDigest` is its SHA-256.
    event KeyAdded(
        bytes8 indexed keyId,
        bytes32 indexed keyDigest,
        bytes18 indexed agency,
        bytes6 region,
        KeyPurpose purpose,
        uint16 algorithm,
        uint64 activeFrom,
        bytes multikey
    );
    event KeyRetired(bytes32 indexed keyDigest);
    event KeyVetoed(bytes32 indexed keyDigest);
    event KeyCompromiseClaimed(bytes32 indexed keyDigest, uint64 since, uint64 effectiveAt);
    /// @dev Every claim that had not taken effect is void.
    event KeyCompromiseVetoed(bytes32 indexed keyDigest);

    /// @param rights The rights added: 1 anchor, 2 status.
    event OperatorGranted(bytes6 indexed region, address indexed operator, uint8 rights, uint64 from);
    event OperatorRemoved(bytes6 indexed region, address indexed operator, uint8 rights);
    event OperatorVetoed(bytes6 indexed region, address indexed operator, uint8 rights);

    event BatchAnchored(bytes6 indexed region, bytes32 indexed root, uint32 size);
    event RootDisowned(bytes6 indexed region, bytes32 indexed root, uint32 size, uint64 effectiveAt);
    event DisowningVetoed(bytes6 indexed region, bytes32 indexed root, uint32 size);

    event TypeDefinitionPublished(bytes21 indexed typeCode, uint32 indexed version, bytes32 digest);

    /// @dev The status events carry the bits that changed, one event a word.
    event StatusRevoked(bytes6 indexed region, uint32 indexed list, uint16 word, uint256 mask);
    event StatusSuspended(bytes6 indexed region, uint32 indexed list, uint16 word, uint256 mask);
    event StatusReleased(bytes6 indexed region, uint32 indexed list, uint16 word, uint256 mask);
    /// @param reason 1 stolen operator, 2 operator's error; others may follow.
    event RevocationAnnulled(
        bytes6 indexed region, uint32 indexed list, uint16 word, uint256 mask, uint16 reason
    );

    // -------------------------------------------------------------------------------------------------------- governor

    /// @notice Admits a region. Governor only.
    function addRegion(bytes6 region, address admin, uint32 activationDelay) external;

    /// @notice Replaces the account that manages a region. Governor only: an admin cannot hand the region on, so a stolen
    /// one cannot lock out its region. What a stolen one filled with intervals the governor widens himself: `releaseAgency`,
    /// `authorise` and `delegateSeal`.
    function setRegionAdmin(bytes6 region, address admin) external;

    /// @notice Sets how long a region's later acts wait. Governor only; what already waits keeps its time.
    function setActivationDelay(bytes6 region, uint32 activationDelay) external;

    /// @notice Suspends a region at once: it can narrow and revoke, but not anchor, release or add. Governor or guardian.
    function suspendRegion(bytes6 region) external;

    /// @notice Ends the suspension of a region. Governor only.
    function releaseRegion(bytes6 region) external;

    /// @notice Ends a wrongly claimed registration and frees its code and DID. Governor only.
    function strikeAgency(bytes18 agency) external;

    /// @notice Clears the named revocation bits, set by a stolen or mistaken operator. Governor only.
    /// @param reason Goes into the events; it is not kept in state.
    function annulRevocations(bytes6 region, uint32 list, StatusMask[] calldata masks, uint16 reason) external;

    // -------------------------------------------------------------------------------------------------------- guardian

    /// @notice Voids a registration that has not taken effect, and frees its code and DID. Guardian only, as all vetoes.
    function vetoAgency(bytes18 agency) external;

    /// @notice Voids an authorisation that has not taken effect.
    function vetoAuthorisation(bytes18 agency, bytes21 typeCode) external;

    /// @notice Voids a seal delegation that has not taken effect.
    function vetoSealDelegation(bytes18 agency, bytes18 sealer) external;

    /// @notice Voids a key that has not taken effect. Its digest stays used.
    function vetoKey(bytes32 keyDigest) external;

    /// @notice Voids every compromise claim about the key that has not taken effect.
    function vetoKeyCompromise(bytes32 keyDigest) external;

    /// @notice Voids the operator's rights that have not taken effect.
    function vetoOperator(bytes6 region, address operator) external;

    /// @notice Voids a disowning that has not taken effect.
    function vetoDisowning(bytes6 region, bytes32 root, uint32 size) external;

    // ---------------------------------------------------------------------------------------------------- region admin

    /// @notice Registers an agency, effective after the delay. Code and DID must be free on the whole network.
    function registerAgency(bytes6 region, bytes18 agency, string calldata did) external;

    /// @notice Suspends an agency at once.
    function suspendAgency(bytes18 agency) external;

    /// @notice Ends the suspension of an agency at once. The governor may do it too, and he alone when the agency has been
    /// suspended 64 times.
    function releaseAgency(bytes18 agency) external;

    /// @notice Authorises an agency to issue a type, effective after the delay. The governor may do it too, and he alone when
    /// it has been done 64 times.
    function authorise(bytes18 agency, bytes21 typeCode) external;

    /// @notice Ends an authorisation at once; one that took effect in no earlier second leaves no interval.
    function endAuthorisation(bytes18 agency, bytes21 typeCode) external;

    /// @notice Lets `sealer` seal what `agency` issues, effective after the delay. The admin of the agency's region decides; the
    /// governor may too, and he alone when it has been done 64 times.
    function delegateSeal(bytes18 agency, bytes18 sealer) external;

    /// @notice Ends a seal delegation at once; one that took effect in no earlier second leaves no interval.
    function endSealDelegation(bytes18 agency, bytes18 sealer) external;

    /// @notice Adds a key of an agency (purpose Certificate, StatusList or Audit), effective after the delay.
    /// @dev A digest is registered once on the network, for one owner and one purpose, and never again.
    /// @param multikey Multicodec prefix and public key.
    function addAgencyKey(bytes18 agency, KeyPurpose purpose, bytes calldata multikey)
        external
        returns (bytes32 keyDigest);

    /// @notice Adds a key of the region itself (purpose StatusList, Audit, Bundle or SealCa), effective after the delay.
    function addRegionKey(bytes6 region, KeyPurpose purpose, bytes calldata multikey)
        external
        returns (bytes32 keyDigest);

    /// @notice Retires a key at once.
    function retireKey(bytes32 keyDigest) external;

    /// @notice Claims that a key has been in wrong hands since `since`, which is not later than this block and earlier than
    /// every standing claim. A claim about the past is a dispute until the delay has passed; one from this block on holds at
    /// once. It is never withdrawn. It does not retire the key.
    function claimKeyCompromise(bytes32 keyDigest, uint64 since) external;

    /// @notice Grants rights (1 anchor, 2 status) that the operator lacks, effective after the delay.
    function grantOperator(bytes6 region, address operator, uint8 rights) external;

    /// @notice Takes rights away at once, pending ones too.
    function removeOperator(bytes6 region, address operator, uint8 rights) external;

    /// @notice Disowns a batch, anchored already or not: disputed at once, disowned after the delay, for good.
    function disownRoot(bytes6 region, bytes32 root, uint32 size) external;

    /// @notice Publishes the digest of a type definition, once for each version. The first 18 characters of the type code
    /// name the defining authority: an active agency, of whose region the caller is admin.
    function publishTypeDefinition(bytes21 typeCode, uint32 version, bytes32 digest) external;

    // ------------------------------------------------------------------------------------------------------- operators

    /// @notice Records (`region`, `root`, `size`) once, with the time of this block. Anchor operators only.
    /// @dev A repeat writes and emits nothing and returns the first record, so a worker that resends after a lost receipt
    /// changes nothing.
    function anchor(bytes6 region, bytes32 root, uint32 size) external returns (uint64 anchoredAt);

    /// @notice Sets revocation bits, for good. Status operators only, of a suspended region too.
    /// @dev The three status acts write and emit only what changes, so repeating one is harmless.
    function revoke(bytes6 region, uint32 list, StatusMask[] calldata masks) external;

    /// @notice Sets suspension bits. Status operators only, of a suspended region too.
    function suspend(bytes6 region, uint32 list, StatusMask[] calldata masks) external;

    /// @notice Clears suspension bits. Status operators only, not in a suspended region.
    function release(bytes6 region, uint32 list, StatusMask[] calldata masks) external;

    // ----------------------------------------------------------------------------------------------------------- views

    /// @notice Version of this interface.
    function registryVersion() external view returns (uint32);

    function findRegion(bytes6 region) external view returns (RegionRecord memory);

    function findAgency(bytes18 agency) external view returns (AgencyRecord memory);

    /// @notice The agency that holds `did`, or zero.
    function findAgencyByDid(string calldata did) external view returns (bytes18 agency);

    /// @param keyDigest SHA-256 of the Multikey bytes.
    function findKey(bytes32 keyDigest) external view returns (KeyRecord memory);

    /// @notice Intervals in which the agency, as now registered, is authorised to issue the type; the last may lie ahead.
    function findAuthorisations(bytes18 agency, bytes21 typeCode) external view returns (Interval[] memory);

    /// @notice Intervals in which `sealer` may seal for `agency`, both as now registered; the last may lie ahead.
    function findSealDelegations(bytes18 agency, bytes18 sealer) external view returns (Interval[] memory);

    function findOperator(bytes6 region, address operator) external view returns (OperatorRecord memory);

    function findAnchor(bytes6 region, bytes32 root, uint32 size) external view returns (AnchorRecord memory);

    function findTypeDefinition(bytes21 typeCode, uint32 version)
        external
        view
        returns (TypeDefinitionRecord memory);

    /// @notice The status bits of the named words, in their order. A word never written is zero.
    function statusWords(bytes6 region, uint32 list, uint16[] calldata words)
        external
        view
        returns (uint256[] memory revoked, uint256[] memory suspended);

    /// @notice Whether the leaf hash `leaf` sits at `index` of a batch of `size` that the region anchored (RFC 9162, 2.1.3.2).
    /// @return inclusion Only `Anchored` is a proof.
    /// @return anchoredAt Block time of the anchor; 0 when not proven.
    function verifyInclusion(bytes6 region, bytes32 leaf, uint32 index, uint32 size, bytes32[] calldata path)
        external
        view
        returns (Inclusion inclusion, uint64 anchoredAt);
}
