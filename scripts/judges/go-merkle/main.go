// SPDX-License-Identifier: Apache-2.0

// Judges inclusion proofs with transparency-dev/merkle. Reads one JSON object a line,
// {"index","size","entry","path":[],"root"} with bytes in hex, and answers "accepted" or "refused" a line.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
)

type claim struct {
	Index, Size uint64
	Entry, Root string
	Path        []string
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		var c claim
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Fprintln(out, verdict(c))
	}
}

func verdict(c claim) string {
	path := make([][]byte, len(c.Path))
	for i, hash := range c.Path {
		path[i] = fromHex(hash)
	}
	leaf := rfc6962.DefaultHasher.HashLeaf(fromHex(c.Entry))
	if err := proof.VerifyInclusion(rfc6962.DefaultHasher, c.Index, c.Size, leaf, path, fromHex(c.Root)); err != nil {
		return "refused"
	}
	return "accepted"
}

func fromHex(text string) []byte {
	bytes, err := hex.DecodeString(text)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return bytes
}
