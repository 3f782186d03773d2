// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRegistry} from "../interfaces/IRegistry.sol";

/// @title Binary Multikeys (W3C Controlled Identifiers 1.0, section 2.2.2): a multicodec varint, then the public key.
library Multikeys {
    uint256 private constant _SHORTEST_KEY = 32;
    uint256 private constant _LONGEST = 1024;
    uint16 private constant _ED25519 = 0xed;

    /// @notice Reads the multicodec code of the algorithm; reverts with `InvalidMultikey` for anything else than one key.
    function algorithmOf(bytes calldata multikey) internal pure returns (uint16 algorithm) {
        require(multikey.length > _SHORTEST_KEY && multikey.length <= _LONGEST, IRegistry.InvalidMultikey());
        (uint256 code, uint256 prefix) = _varint(multikey);
        require(code != 0 && code <= type(uint16).max, IRegistry.InvalidMultikey());
        algorithm = uint16(code);
        uint256 keyLength = multikey.length - prefix;
        bool fits = algorithm == _ED25519 ? keyLength == 32 : keyLength >= _SHORTEST_KEY;
        require(fits, IRegistry.InvalidMultikey());
    }

    /// @dev Seven bits a byte, the least significant first; a code of 16 bits needs three bytes at most. A last byte of
    /// zero would be a second spelling of the same code.
    function _varint(bytes calldata bytes_) private pure returns (uint256 code, uint256 length) {
        for (uint256 i = 0; i < 3; ++i) {
            uint256 octet = uint8(bytes_[i]);
            code |= (octet & 0x7f) << (7 * i);
            if (octet < 0x80) {
                require(octet != 0, IRegistry.InvalidMultikey());
                return (code, i + 1);
            }
        }
        revert IRegistry.InvalidMultikey();
    }
}
