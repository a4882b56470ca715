package pipeline

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"qulaq/pipeline/language"
	"qulaq/registry"
	"qulaq/schema"
)

const (
	citizen  = "citizen"
	official = "official"
)

// Deriver makes items and exchanges of sightings.
type Deriver struct {
	classifier   language.Classifier
	questionSite map[string]bool   // sources on which every citizen's item is a need
	officials    map[string][]post // by the pseudonym of their account
	codes        Codes
	readings     map[itemKey][]schema.Reading // of texts that are no longer stored
}

// Codes are classes that people gave to items by hand; they go before what the
// classifier reads. The key names source and item.
type Codes map[[2]string]language.Class

// post is the time for which an account spoke for a body.
type post struct {
	body     string
	from, to time.Time // first and last day; zero when open
}

// day reads a date of the registry, which has been checked; the zero time for "".
func day(date string) time.Time {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return time.Time{}
	}
	return t
}

// held tells whether the account may have spoken for the body when u was published.
func (p post) held(u *utterance) bool {
	return (p.from.IsZero() || !u.PublishedHi.Before(p.from)) &&
		(p.to.IsZero() || u.PublishedLo.Before(p.to.AddDate(0, 0, 1)))
}

// NewDeriver returns a deriver that tells officials by the accounts of country
// as it is now, and what is said by classifier. questionSite tells whether the
// pages of a source are made for questions, and codes, which may be nil, what
// people read in single items. A nil key leaves the roles as they
// were told when the items were seen.
func NewDeriver(key *Key, country *registry.Country, classifier language.Classifier, codes Codes, questionSite func(*registry.Source) bool) *Deriver {
	d := &Deriver{classifier: classifier, codes: codes, questionSite: map[string]bool{}, officials: map[string][]post{}}
	for _, body := range country.Bodies {
		for i := range body.Sources {
			d.questionSite[body.Sources[i].ID] = questionSite(&body.Sources[i])
		}
		if key == nil {
			continue
		}
		for _, a := range body.Accounts {
			pseudonym := key.Account(a.Platform, a.ID)
			d.officials[pseudonym] = append(d.officials[pseudonym], post{body.ID, day(a.ValidFrom), day(a.ValidTo)})
		}
	}
	return d
}

// Derive makes the items and exchanges of some sources, which must be all those
// of a body: templates and petition drives are told within a body. The sightings
// come ordered by source, thread, item and time. asOf is the moment that the
// result stands for: nothing later may be among the sightings and visits.
func (d *Deriver) Derive(sightings iter.Seq2[schema.Sighting, error], visits iter.Seq2[schema.VisitMark, error]) ([]schema.Item, []schema.Exchange, error) {
	all, clusters, err := d.utterances(sightings, visits)
	if err != nil {
		return nil, nil, err
	}
	var version time.Time
	for _, u := range all {
		version = later(version, later(u.FirstSeenAt, u.LastSeenAt))
	}

	items := make([]schema.Item, 0, len(all))
	var exchanges []schema.Exchange
	for source := range bySource(all) {
		linkSource(source)
		answers := replies(source)
		for _, u := range source {
			u.Version = uint64(version.UnixMilli())
			items = append(items, u.Item)
			if u.Need {
				e := exchange(u, answers[u])
				e.Cluster, e.Version = clusters[u], u.Version
				exchanges = append(exchanges, e)
			}
		}
	}
	return items, exchanges, nil
}

// utterances folds sightings and reads what they say. clusters names the cluster
// of each need.
func (d *Deriver) utterances(sightings iter.Seq2[schema.Sighting, error], visits iter.Seq2[schema.VisitMark, error]) (all []*utterance, clusters map[*utterance]string, err error) {
	threads, err := lookup(visits)
	if err != nil {
		return nil, nil, fmt.Errorf("pipeline: read visits: %w", err)
	}
	all, err = fold(sightings, threads)
	if err != nil {
		return nil, nil, fmt.Errorf("pipeline: read sightings: %w", err)
	}
	for _, u := range all {
		d.read(u)
	}
	markTemplates(all)
	return all, clusterNeeds(all), nil
}

// bySource and byThread cut utterances that are ordered by source and thread.
func bySource(all []*utterance) iter.Seq[[]*utterance] {
	return runs(all, func(a, b *utterance) bool { return a.SourceID == b.SourceID })
}

func byThread(source []*utterance) iter.Seq[[]*utterance] {
	return runs(source, func(a, b *utterance) bool { return a.ThreadID == b.ThreadID })
}

// runs cuts a list into the longest parts that are the same as their first element.
func runs(all []*utterance, same func(a, b *utterance) bool) iter.Seq[[]*utterance] {
	return func(yield func([]*utterance) bool) {
		for len(all) > 0 {
			end := slices.IndexFunc(all, func(u *utterance) bool { return !same(all[0], u) })
			if end < 0 {
				end = len(all)
			}
			if !yield(all[:end:end]) {
				return
			}
			all = all[end:]
		}
	}
}

// read tells who speaks and what is said.
func (d *Deriver) read(u *utterance) {
	reading, wasRead := d.reading(u)
	u.cluster = reading.Cluster
	if reading.Role != "" {
		u.Role, u.BodyID = reading.Role, reading.BodyID
	}
	u.told = post{}
	if u.Role == official {
		u.told.body = u.BodyID
	}
	for _, p := range d.officials[u.Author] {
		if p.held(u) {
			u.Role, u.BodyID = official, p.body
		}
	}
	if u.Role == "" {
		u.Role = citizen
	}
	u.Classifier = d.classifier.Version()
	u.Language = string(d.classifier.Language(u.Text))
	class, coded := d.codes[[2]string{u.SourceID, u.ItemID}]
	if u.Role == official {
		ruled, isRuled := told(u)
		switch {
		case u.opens(): // news is no reply
		case coded:
			u.Class = string(class)
		case isRuled:
			u.Class = string(ruled)
		default:
			u.Class = string(d.classifier.Official(u.Text).Class)
		}
		return
	}
	u.Theme = theme(u.Text)
	wasRead = wasRead && u.Text == ""
	if wasRead {
		u.Language, u.Theme, u.Classifier = reading.Language, reading.Theme, reading.Classifier
	}
	switch {
	case coded:
	case wasRead:
		class = language.Class(reading.Class)
	default:
		class = d.classifier.Citizen(u.Text).Class
	}
	u.Class = string(class)
	u.Need = class.Need() || d.questionSite[u.SourceID]
}

// NoTheme is the theme of what touches none of [language.Themes].
const NoTheme = "none"

// theme is what a text is about most.
func theme(text string) string {
	if found := language.Themes(text); len(found) > 0 {
		return found[0]
	}
	return NoTheme
}

const (
	// TemplateOf is the number of earlier replies of the same body that a reply
	// must repeat for its text to be a template.
	TemplateOf = 3
	// Likeness is the share of their words that near-identical texts have in
	// common. Replies of one template, their numbers masked, reach 0.85; different
	// replies to like questions stay below 0.2.
	Likeness = 0.7
)

// markTemplates flags the replies that are near-identical to at least TemplateOf
// earlier ones of the same body, and those earlier ones: once a text has shown
// itself to be a template, it always was.
func markTemplates(all []*utterance) {
	for _, group := range alike(all, func(u *utterance) bool { return u.Role == official && !u.opens() }) {
		for _, u := range group {
			u.Template = len(group) > TemplateOf
		}
	}
}

// clusterNeeds names, for each need, the first of the near-identical needs put
// to the same body: a petition drive is one demand, told many times.
func clusterNeeds(all []*utterance) map[*utterance]string {
	clusters := map[*utterance]string{}
	for _, group := range alike(all, func(u *utterance) bool { return u.Need }) {
		for _, u := range group {
			clusters[u] = group[0].ItemID
		}
	}
	return clusters
}

// alike sorts those utterances that are wanted into groups of near-identical
// texts by, or to, one body. The first of a group is the earliest. An utterance
// whose text is no longer stored is in the group that it was read to be in; one
// that never had a text is a group of its own.
func alike(all []*utterance, wanted func(*utterance) bool) [][]*utterance {
	var some []*utterance
	for _, u := range all {
		if wanted(u) {
			some = append(some, u)
		}
	}
	slices.SortFunc(some, byTime)
	texts := map[string]*language.Index{}
	places := map[string]map[int]int{} // body → group of its index → place in groups
	type label struct{ body, cluster string }
	labelled := map[label]int{} // label of its members → place in groups
	var groups [][]*utterance
	for _, u := range some {
		name := label{u.BodyID, u.cluster}
		masked := language.Mask(u.Text)
		if masked == "" {
			place, ok := labelled[name]
			if u.cluster == "" || !ok {
				place = len(groups)
				groups = append(groups, nil)
			}
			if groups[place] = append(groups[place], u); u.cluster != "" {
				labelled[name] = place
			}
			continue
		}
		if texts[u.BodyID] == nil {
			texts[u.BodyID], places[u.BodyID] = language.NewIndex(Likeness), map[int]int{}
		}
		group, _ := texts[u.BodyID].Add(masked)
		place, ok := places[u.BodyID][group]
		if !ok && u.cluster != "" {
			place, ok = labelled[name]
		}
		if !ok {
			place = len(groups)
			groups = append(groups, nil)
		}
		if places[u.BodyID][group] = place; u.cluster != "" {
			labelled[name] = place
		}
		groups[place] = append(groups[place], u)
	}
	return groups
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
