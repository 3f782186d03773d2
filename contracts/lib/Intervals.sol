// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRegistry} from "../interfaces/IRegistry.sol";

/// @title A history of half-open intervals in time order, of which only the last may be open.
/// @dev No interval is empty and no two touch, so within one second a history grows by one interval at most. It is bounded so
/// that reading it stays cheap. The bound only ever refuses to widen what counts (a permission cannot be given once more, a
/// suspension cannot be lifted once more), and it binds region admins, not the governor.
library Intervals {
    uint256 internal constant MOST = 64;

    /// @dev One that begins when the last ends goes on with it. Room is kept by `requireRoom` on the widening side.
    function begin(IRegistry.Interval[] storage history, uint64 from) internal {
        uint256 length = history.length;
        if (length != 0 && history[length - 1].until == from) history[length - 1].until = 0;
        else history.push(IRegistry.Interval({from: from, until: 0}));
    }

    /// @dev Ends the open interval in this block. One that has not begun, or begins in this second, is dropped: it never was.
    function end(IRegistry.Interval[] storage history) internal {
        IRegistry.Interval storage last = history[history.length - 1];
        if (last.from >= block.timestamp) history.pop();
        else last.until = uint64(block.timestamp);
    }

    function isOpen(IRegistry.Interval[] storage history) internal view returns (bool) {
        uint256 length = history.length;
        return length != 0 && history[length - 1].until == 0;
    }

    /// @dev Whether the open interval still lies ahead.
    function isPending(IRegistry.Interval[] storage history) internal view returns (bool) {
        return isOpen(history) && history[history.length - 1].from > block.timestamp;
    }

    function requireRoom(IRegistry.Interval[] storage history) internal view {
        require(history.length < MOST, IRegistry.TooManyIntervals(MOST));
    }
}
