// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRegistry} from "../interfaces/IRegistry.sol";
import {Operators} from "./Operators.sol";

/// @title Revocation and suspension bits, in words of 256, 512 words to a list.
abstract contract StatusLists is Operators {
    struct Word {
        uint256 revoked;
        uint256 suspended;
    }

    /// @dev A list has 131,072 entries.
    uint16 private constant _WORDS = 512;

    mapping(bytes6 region => mapping(uint32 list => mapping(uint16 word => Word))) private _words;

    /// @inheritdoc IRegistry
    function revoke(bytes6 region, uint32 list, StatusMask[] calldata masks) external {
        _requireStatusOperator(region);
        mapping(uint16 word => Word) storage words = _wordsOf(region, list, masks);
        for (uint256 i = 0; i < masks.length; ++i) {
            (uint16 word, uint256 mask) = _read(masks[i]);
            Word storage stored = words[word];
            uint256 before = stored.revoked;
            uint256 changed = mask & ~before;
            if (changed == 0) continue;
            stored.revoked = before | changed;
            emit StatusRevoked(region, list, word, changed);
        }
    }

    /// @inheritdoc IRegistry
    function suspend(bytes6 region, uint32 list, StatusMask[] calldata masks) external {
        _requireStatusOperator(region);
        mapping(uint16 word => Word) storage words = _wordsOf(region, list, masks);
        for (uint256 i = 0; i < masks.length; ++i) {
            (uint16 word, uint256 mask) = _read(masks[i]);
            Word storage stored = words[word];
            uint256 before = stored.suspended;
            uint256 changed = mask & ~before;
            if (changed == 0) continue;
            stored.suspended = before | changed;
            emit StatusSuspended(region, list, word, changed);
        }
    }

    /// @inheritdoc IRegistry
    function release(bytes6 region, uint32 list, StatusMask[] calldata masks) external {
        _requireReleasingOperator(region);
        mapping(uint16 word => Word) storage words = _wordsOf(region, list, masks);
        for (uint256 i = 0; i < masks.length; ++i) {
            (uint16 word, uint256 mask) = _read(masks[i]);
            Word storage stored = words[word];
            uint256 before = stored.suspended;
            uint256 changed = mask & before;
            if (changed == 0) continue;
            stored.suspended = before ^ changed;
            emit StatusReleased(region, list, word, changed);
        }
    }

    /// @inheritdoc IRegistry
    function annulRevocations(bytes6 region, uint32 list, StatusMask[] calldata masks, uint16 reason)
        external
        onlyRole(DEFAULT_ADMIN_ROLE)
    {
        mapping(uint16 word => Word) storage words = _wordsOf(region, list, masks);
        for (uint256 i = 0; i < masks.length; ++i) {
            (uint16 word, uint256 mask) = _read(masks[i]);
            Word storage stored = words[word];
            uint256 before = stored.revoked;
            uint256 changed = mask & before;
            if (changed == 0) continue;
            stored.revoked = before ^ changed;
            emit RevocationAnnulled(region, list, word, changed, reason);
        }
    }

    /// @inheritdoc IRegistry
    function statusWords(bytes6 region, uint32 list, uint16[] calldata words)
        external
        view
        returns (uint256[] memory revoked, uint256[] memory suspended)
    {
        revoked = new uint256[](words.length);
        suspended = new uint256[](words.length);
        for (uint256 i = 0; i < words.length; ++i) {
            require(words[i] < _WORDS, InvalidWord(words[i], _WORDS));
            Word storage word = _words[region][list][words[i]];
            revoked[i] = word.revoked;
            suspended[i] = word.suspended;
        }
    }

    function _wordsOf(bytes6 region, uint32 list, StatusMask[] calldata masks)
        private
        view
        returns (mapping(uint16 word => Word) storage)
    {
        require(masks.length != 0, EmptyMasks());
        return _words[region][list];
    }

    function _read(StatusMask calldata item) private pure returns (uint16 word, uint256 mask) {
        word = item.word;
        require(word < _WORDS, InvalidWord(word, _WORDS));
        mask = item.mask;
    }
}
