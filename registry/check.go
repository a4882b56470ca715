package registry

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The platforms that are known but have no parser in every build. A source on
// one of them is recorded; it can be active only where a parser is.
var knownPlatforms = []string{
	"alaveteli", "bluesky", "dataegov", "dialog", "discourse", "disqus", "epetition", "facebook", "feed", "froide", "govkz", "instagram", "legalacts",
	"mastodon", "ok", "open311", "qapage", "selectors", "telegram", "tiktok", "ukwq", "vk", "wordpress", "x", "youtube",
}

var (
	idShape      = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	codeShape    = regexp.MustCompile(`^[A-Z]{2}$`)
	partShape    = regexp.MustCompile(`^[A-Z0-9]{1,3}$`) // of ISO 3166-2, behind the country
	hostShape    = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*$`)
	secretParams = []string{"access_token", "api_key", "apikey", "key", "password", "secret", "token"}
)

func isID(s string) bool { return idShape.MatchString(s) }

// The checks below add to d.problems. Their reasons say what to do.

func (d *document) checkCountry(c *Country) {
	if len(d.problems) > 0 {
		return
	}
	if !codeShape.MatchString(c.Code) {
		d.complain("code", "code %q must be two capital letters, as in ISO 3166-1", c.Code)
	}
	for i, l := range c.Languages {
		if !slices.Contains(keysOf[Names](), l) {
			d.complain(fmt.Sprintf("languages[%d]", i), "language %q is not known: bodies have names in %s", l, strings.Join(keysOf[Names](), ", "))
		}
	}
	d.checkNames(c.Names, c.Languages)
	if c.Zone == "" {
		d.complain("zone", "zone is missing: give an IANA name, such as Asia/Almaty")
	}
	d.checkZone("zone", c.Zone)
	if _, err := parseWeek(c.Week); err != nil {
		d.complain("week", "%v", err)
	}
}

func (d *document) checkBody(b *Body, c *Country, rules Rules, name string) {
	switch {
	case !isID(b.ID):
		d.complain("id", "id %q must begin with a letter and hold only a-z, 0-9, _ and -", b.ID)
	case b.ID != name:
		d.complain("id", "id %q is not the file's name: rename the file to %s.yaml, or the id to %q", b.ID, b.ID, name)
	}
	d.checkOneOf("level", b.Level, Central, Regional, Local)
	if !isID(b.Type) {
		d.complain("type", "type %q must be a word in lower case, such as ministry or akimat", b.Type)
	}
	d.checkNames(b.Names, c.Languages)
	for i, a := range b.Aliases {
		if strings.TrimSpace(a) == "" || slices.Contains(b.Aliases[:i], a) {
			d.complain(fmt.Sprintf("aliases[%d]", i), "alias %q is empty or listed twice: remove it", a)
		}
	}
	d.checkRegion(b, c.Code)
	d.checkZone("zone", b.Zone)
	d.checkValidity("", b.ValidFrom, b.ValidTo)
	for i, s := range b.Sites {
		at := fmt.Sprintf("sites[%d]", i)
		if !hostShape.MatchString(s.Domain) {
			d.complain(at+".domain", "domain %q must be a host name, such as example.org", s.Domain)
		}
		d.checkEvidence(at, s.Confidence, s.Evidence)
	}
	for i := range b.Sources {
		at := fmt.Sprintf("sources[%d]", i)
		d.checkSource(at, &b.Sources[i], rules)
		d.checkSelectors(at+".selectors", &b.Sources[i], cmp.Or(b.Sources[i].Zone, b.Zone, c.Zone), c.Fixtures, rules)
	}
	for i, a := range b.Accounts {
		at := fmt.Sprintf("accounts[%d]", i)
		d.checkPlatform(at, a.Platform, rules)
		if foldAccount(a.ID) == "" {
			d.complain(at+".id", "id is missing: give the handle or number that the platform shows")
		}
		d.checkEvidence(at, a.Confidence, a.Evidence)
		d.checkValidity(at+".", a.ValidFrom, a.ValidTo)
	}
	d.checkStatements(b)
}

func (d *document) checkRegion(b *Body, code string) {
	if b.Region == nil {
		if b.Level == Regional || b.Level == Local {
			d.complain("region", "region is missing: a %s body has one, with its ISO 3166-2 code and kind", b.Level)
		}
		return
	}
	for key, iso := range map[string]string{"iso": b.Region.ISO, "former": b.Region.Former} {
		if key == "former" && iso == "" {
			continue
		}
		country, part, _ := strings.Cut(iso, "-")
		if country != code && code != "" || !partShape.MatchString(part) {
			d.complain("region."+key, "%s %q must be an ISO 3166-2 code, such as %s-10", key, iso, code)
		}
	}
	if !isID(b.Region.Kind) {
		d.complain("region.kind", "kind %q must be a word in lower case, such as oblast or city", b.Region.Kind)
	}
	if b.Region.Seat != "" {
		d.checkOneOf("region.seat", b.Region.Seat, Urban, Rural)
	}
	if b.Region.KATO != "" || b.Region.KATOConfidence != "" {
		d.checkOneOf("region.kato_confidence", b.Region.KATOConfidence, Verified, Unverified)
	}
}

func (d *document) checkSource(at string, s *Source, rules Rules) {
	if !isID(s.ID) {
		d.complain(at+".id", "id %q must begin with a letter and hold only a-z, 0-9, _ and -", s.ID)
	}
	d.checkOneOf(at+".status", string(s.Status), string(Active), string(Blocked), string(Import), string(Retired))
	d.checkPlatform(at, s.Platform, rules)
	d.checkURL(at, s, rules)
	if s.Owner != "" && !hostShape.MatchString(s.Owner) {
		d.complain(at+".owner", "owner %q must be a host name or a word in lower case", s.Owner)
	}
	d.checkZone(at+".zone", s.Zone)
	d.checkEvidence(at, s.Confidence, s.Evidence)
	d.checkValidity(at+".", s.ValidFrom, s.ValidTo)
	if s.Status != Active {
		return
	}
	if s.Confidence == Unverified {
		d.complain(at+".confidence", "an unverified source is not visited: check it and set confidence: verified, or set status: import")
	}
	if rules.Platforms != nil && slices.Contains(knownPlatforms, s.Platform) && !slices.Contains(rules.Platforms, s.Platform) {
		d.complain(at+".platform", "platform %q has no parser, so the source cannot be active: set status: import", s.Platform)
	}
}

func (d *document) checkPlatform(at, platform string, rules Rules) {
	if rules.Platforms == nil && isID(platform) || slices.Contains(rules.Platforms, platform) || slices.Contains(knownPlatforms, platform) {
		return
	}
	all := slices.Concat(knownPlatforms, rules.Platforms)
	slices.Sort(all)
	d.complain(at+".platform", "platform %q is not known: it is one of %s", platform, strings.Join(slices.Compact(all), ", "))
}

func (d *document) checkURL(at string, s *Source, rules Rules) {
	u, err := url.Parse(s.URL)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		d.complain(at+".url", "url %q must be a whole address that begins with https:// or http://", s.URL)
		return
	case u.Fragment != "" && !tells(u.Fragment):
		d.complain(at+".url", "url must not have a fragment: remove #%s", u.Fragment)
		return
	case u.User != nil:
		d.complain(at+".url", "url must not hold a user or password: a registry is public")
		return
	}
	for name := range u.Query() {
		if slices.Contains(secretParams, strings.ToLower(name)) {
			d.complain(at+".url", "url must not hold a secret: remove the parameter %s, a registry is public", name)
			return
		}
	}
	switch local := isLoopback(u.Hostname()); {
	case s.Loopback && !local:
		d.complain(at+".allow_loopback", "allow_loopback is for a source on this machine, and %s is not: remove it", u.Hostname())
	case local && !s.Loopback && s.Status == Active:
		d.complain(at+".url", "%s is this machine: if that is meant, set allow_loopback: true", u.Hostname())
	}
	// What is only imported need not be where a crawl could start.
	if rules.Address != nil && s.Status == Active && slices.Contains(rules.Platforms, s.Platform) {
		if _, err := rules.Address(s.Platform, s.URL); err != nil {
			d.complain(at+".url", "url is not an address of platform %s: %v", s.Platform, err)
		}
	}
}

// tells reports whether a fragment says something about the source that its pages
// do not, as parsers document it: name=value, or that a feed is one of comments.
// Any other is a place on a page.
func tells(fragment string) bool { return fragment == "comments" || strings.Contains(fragment, "=") }

func (d *document) checkDeadlines(list []Deadline) {
	if len(d.problems) > 0 {
		return
	}
	for i, l := range list {
		at := fmt.Sprintf("[%d]", i)
		if !isID(l.ID) {
			d.complain(at+".id", "id %q must begin with a letter and hold only a-z, 0-9, _ and -", l.ID)
		}
		if !isID(l.Kind) {
			d.complain(at+".kind", "kind %q must be a word in lower case, such as appeal or information", l.Kind)
		}
		if l.AppliesTo == "" {
			d.complain(at+".applies_to", "applies_to is missing: say what the period is for")
		}
		if l.Days < 0 {
			d.complain(at+".days", "days must be above 0, or left out when the law sets no period")
		}
		if l.Days > 0 || l.Unit != "" {
			d.checkOneOf(at+".unit", l.Unit, WorkingDays, CalendarDays)
		}
		if e := l.Extension; e != nil && (e.Days != 0 || e.Unit != "") {
			d.checkOneOf(at+".extension.unit", e.Unit, WorkingDays, CalendarDays)
		}
		d.checkEvidence(at, l.Confidence, l.Evidence)
		d.checkValidity(at+".", l.ValidFrom, l.ValidTo)
		for _, other := range list[:i] {
			if other.ID == l.ID {
				d.complain(at+".id", "id %q is already in this file: give each rule its own", l.ID)
			}
			if other.Kind == l.Kind && overlap(other.ValidFrom, other.ValidTo, l.ValidFrom, l.ValidTo) {
				d.complain(at+".kind", "rules %s and %s for %q hold on the same day: end one before the other begins", other.ID, l.ID, l.Kind)
			}
		}
	}
}

func (d *document) checkGaps(list []Gap) {
	if len(d.problems) > 0 {
		return
	}
	for i, g := range list {
		at := fmt.Sprintf("[%d]", i)
		for key, date := range map[string]string{"from": g.From, "to": g.To} {
			if !isDate(date) {
				d.complain(at+"."+key, "%s %q is not a date: write it as 2024-12-31", key, date)
			}
		}
		if isDate(g.From) && isDate(g.To) && g.From > g.To {
			d.complain(at+".to", "to lies before from: exchange them")
		}
		if g.Reason == "" {
			d.complain(at+".reason", "reason is missing: say why nobody could be heard")
		}
		d.checkEvidence(at, g.Confidence, g.Evidence)
	}
}

func (d *document) checkOneOf(path, got string, allowed ...string) {
	if !slices.Contains(allowed, got) {
		key := path[strings.LastIndex(path, ".")+1:]
		d.complain(path, "%s %q must be one of %s", key, got, strings.Join(allowed, ", "))
	}
}

func (d *document) checkNames(n Names, languages []string) {
	if len(languages) == 0 && n == (Names{}) {
		d.complain("names", "names are missing: give at least one of %s", strings.Join(keysOf[Names](), ", "))
	}
	for _, l := range languages {
		if slices.Contains(keysOf[Names](), l) && strings.TrimSpace(n.In(l)) == "" {
			d.complain("names", "names.%s is missing: every body is named in %s", l, strings.Join(languages, ", "))
		}
	}
}

func (d *document) checkZone(path, zone string) {
	if zone == "" {
		return
	}
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
		d.complain(path, "zone %q is not known: give an IANA name, such as Asia/Almaty", zone)
	}
}

func (d *document) checkEvidence(at, confidence, evidence string) {
	d.checkOneOf(at+".confidence", confidence, Verified, Unverified)
	if strings.TrimSpace(evidence) == "" {
		d.complain(at+".evidence", "evidence is missing: say where this was seen, or that it is general knowledge")
	}
}

// checkValidity holds valid_from and valid_to below a path that is "" or ends in
// a dot.
func (d *document) checkValidity(at, from, to string) {
	for key, date := range map[string]string{"valid_from": from, "valid_to": to} {
		if date != "" && !isDate(date) {
			d.complain(at+key, "%s %q is not a date: write it as 2024-12-31", key, date)
		}
	}
	if isDate(from) && isDate(to) && from > to {
		d.complain(at+"valid_to", "valid_to lies before valid_from: exchange them")
	}
}
