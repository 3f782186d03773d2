// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Rfc9162} from "../lib/Rfc9162.sol";

/// @title Shows the library's answer to the tests; never deployed with the registry.
contract Rfc9162Harness {
    function rootAbove(bytes32 leaf, uint32 index, uint32 size, bytes32[] calldata path)
        external
        pure
        returns (bool fits, bytes32 root)
    {
        return Rfc9162.rootAbove(leaf, index, size, path);
    }
}
