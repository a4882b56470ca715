package report

import (
	"slices"

	"qulaq/schema"
	"qulaq/stats"
)

// ReplyShare is how many of the replies are of a kind.
type ReplyShare struct {
	Kind  string `json:"kind"`  // acknowledgement, redirect, refusal, closing or substantive; template is a flag on any of them
	Share Number `json:"share"` // of all replies; its basis counts replies, none of which is censored
}

// Template names the share of replies that are near-duplicates of others.
const Template = "template"

// replyKinds are the kinds of replies, in the order in which they are told.
var replyKinds = []string{
	string(schema.Substantive), string(schema.Refusal), string(schema.Redirect), string(schema.Acknowledgement), string(schema.Closing),
}

// ReplyShares tells of which kinds the replies are that were given to needs of some
// bodies, of all when none is named, with Wilson limits. What is shared are replies,
// not needs: nothing is censored, and an unanswered need does not count. What rests on
// few replies, or on replies to few needs, is suppressed.
func ReplyShares(e *Evidence, counts []schema.ReplyCount, bodies ...string) ([]ReplyShare, error) {
	of := map[string]int{}
	total := 0
	for _, c := range counts {
		if len(bodies) > 0 && !slices.Contains(bodies, c.BodyID) {
			continue
		}
		n := int(c.Replies)
		total += n
		of[c.Kind] += n
		if c.Template {
			of[Template] += n
		}
	}
	if total == 0 {
		return nil, nil
	}
	basis := Basis{Needs: total, Coverage: e.covered(bodies...), AsOf: e.AsOf}
	needs := len(rowsOf(e.Any, bodies))
	if e.States != nil {
		needs = e.States.needs(bodies)
	}
	if needs < SmallCell {
		basis.Needs = needs // many replies to few people are told as little
	}
	var shares []ReplyShare
	for _, kind := range append(slices.Clone(replyKinds), Template) {
		limits, err := stats.Wilson(of[kind], total, stats.DefaultLevel)
		if err != nil {
			return nil, err
		}
		shares = append(shares, ReplyShare{kind, basis.Number(float64(of[kind])/float64(total), limits).Public()})
	}
	return shares, nil
}
