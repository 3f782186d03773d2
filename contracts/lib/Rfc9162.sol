// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Inclusion proofs of RFC 9162 with SHA-256.
/// @dev Accepts and refuses the same proofs as `rootAbove` of src/core/merkle.ts; a property test holds the two together.
library Rfc9162 {
    // An inner node is hashed behind this byte and a leaf behind another, so neither passes as the other (section 2.1.1).
    bytes1 private constant _NODE = 0x01;

    /// @notice Rebuilds the root above the leaf hash `leaf` at `index` of a tree of `size` leaves (section 2.1.3.2).
    /// @return fits False when the path is too short or too long for the position, or the position is outside the tree.
    /// @return root Meaningless unless `fits`.
    function rootAbove(bytes32 leaf, uint32 index, uint32 size, bytes32[] calldata path)
        internal
        pure
        returns (bool fits, bytes32 root)
    {
        if (index >= size) return (false, 0);
        uint256 position = index;
        uint256 last = size - 1;
        root = leaf;
        for (uint256 level = 0; level < path.length; ++level) {
            if (last == 0) return (false, 0);
            if (position & 1 == 1 || position == last) {
                root = _node(path[level], root);
                // The last node of a level without a sibling is carried up unchanged.
                while (position & 1 == 0 && position != 0) {
                    position >>= 1;
                    last >>= 1;
                }
            } else {
                root = _node(root, path[level]);
            }
            position >>= 1;
            last >>= 1;
        }
        fits = last == 0;
    }

    function _node(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(_NODE, left, right));
    }
}
