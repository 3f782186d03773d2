// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Which characters a code may have.
/// @dev One spelling for each code: without this, lower case or a zero byte would make a second agency of the same name.
/// Check characters are left to the clients; a wrong one harms only whoever registers it.
library Codes {
    /// @notice Six digits (GB/T 2260).
    function isRegion(bytes6 code) internal pure returns (bool) {
        for (uint256 i = 0; i < 6; ++i) {
            if (!_isDigit(code[i])) return false;
        }
        return true;
    }

    /// @notice Eighteen digits and upper-case letters (GB 32100).
    function isAgency(bytes18 code) internal pure returns (bool) {
        return _isUpperAlphanumeric(code, 18);
    }

    /// @notice Eighteen characters of an agency and three more (GB/T 36903).
    function isType(bytes21 code) internal pure returns (bool) {
        return _isUpperAlphanumeric(code, 21);
    }

    function _isUpperAlphanumeric(bytes32 code, uint256 length) private pure returns (bool) {
        for (uint256 i = 0; i < length; ++i) {
            if (!_isDigit(code[i]) && (code[i] < "A" || code[i] > "Z")) return false;
        }
        return true;
    }

    function _isDigit(bytes1 character) private pure returns (bool) {
        return character >= "0" && character <= "9";
    }
}
