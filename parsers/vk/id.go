package vk

import (
	"slices"
	"strconv"
	"strings"
)

func wallID(owner int64) string { return "wall" + decimal(owner) }

func postID(owner, post int64) string { return wallID(owner) + "_" + decimal(post) }

func commentID(post string, comment int64) string { return post + "?reply=" + decimal(comment) }

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// integer is the value of s, 0 when it is no number.
func integer(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// parseChains reads the fragment of an address.
func parseChains(fragment string) []chain {
	list, ok := strings.CutPrefix(fragment, fragmentKey)
	if !ok {
		return nil
	}
	var chains []chain
	for entry := range strings.SplitSeq(list, ",") {
		comment, shown, _ := strings.Cut(entry, ":")
		c := chain{integer(comment), int(integer(shown))}
		if c.comment > 0 && c.shown >= 0 {
			chains = append(chains, c)
		}
	}
	return chains
}

// maxMentions bounds what a text can address; only spam has more.
const maxMentions = 100

// mentioned are the accounts that a text addresses: "[id1|Name]", "[club1|Name]",
// in old comments "[id1:bp-2_3|Name]". A community's id is negative.
func mentioned(text string) []string {
	const longest = len("[public9223372036854775807:bp-9223372036854775807_9223372036854775807")
	var ids []string
	for len(ids) < maxMentions {
		var ok bool
		if _, text, ok = strings.Cut(text, "["); !ok {
			break
		}
		account, _, ok := strings.Cut(text[:min(len(text), longest)], "|")
		if !ok {
			continue
		}
		account, _, _ = strings.Cut(account, ":")
		id := accountID(account)
		if id == "" || slices.Contains(ids, id) {
			continue
		}
		if !strings.Contains(text, "]") {
			break
		}
		ids = append(ids, id)
	}
	return ids
}

// accountID is the author id of an account that is named by kind and number.
func accountID(account string) string {
	for _, prefix := range [...]string{"id", "club", "public", "event"} {
		number, ok := strings.CutPrefix(account, prefix)
		if !ok || integer(number) <= 0 {
			continue
		}
		if prefix == "id" {
			return decimal(integer(number))
		}
		return decimal(-integer(number))
	}
	return ""
}
