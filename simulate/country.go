package simulate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"qulaq/registry"
)

// Code is the country code of every republic, of those that ISO 3166-1 leaves
// to its users.
const Code = "XQ"

// Country is the republic's own registry: its bodies, their sources at base
// (scheme, host and port, without a path) and their accounts, its calendar for
// the years around the simulated time, and one deadline. Where further platforms
// are served, [Republic.CountryAt] tells each its own base.
func (r *Republic) Country(base string) *registry.Country {
	return r.CountryAt(func(string) string { return base })
}

// CountryAt is Country with the base of each platform.
func (r *Republic) CountryAt(base func(platform string) string) *registry.Country {
	c := &registry.Country{
		Code:      Code,
		Names:     registry.Names{KK: "Қиял Республикасы", RU: "Республика Кыял", EN: "Republic of Qiyal"},
		Affixes:   []string{"Қиял Республикасының", "Республики Кыял", "of the Republic of Qiyal"},
		Zone:      r.config.Zone,
		Week:      registry.Week{Days: []string{"mon", "tue", "wed", "thu", "fri"}, From: "09:00", To: "18:30"},
		Note:      "An invented country, drawn from a seed. Nothing in it is anybody's.",
		Calendar:  r.calendar(),
		Deadlines: []registry.Deadline{deadline},
		Survey:    survey(),
	}
	for _, b := range r.bodies {
		c.Bodies = append(c.Bodies, r.registered(b, base))
	}
	slices.SortFunc(c.Bodies, func(a, b registry.Body) int { return strings.Compare(a.ID, b.ID) })
	return c
}

const evidence = "part of the simulation"

var deadline = registry.Deadline{
	ID: "xq-appeals", Kind: "appeal", Act: "Code of the Republic of Qiyal, article 1", AppliesTo: "every appeal",
	ValidFrom: "2000-01-01", Days: 15, Unit: registry.WorkingDays, CountedFrom: "registration",
	Confidence: registry.Verified, Evidence: evidence,
}

func (r *Republic) registered(b *body, bases func(platform string) string) registry.Body {
	out := registry.Body{
		ID: b.id, Level: b.level, Type: b.kind,
		Names: registry.Names{KK: b.names.kk, RU: b.names.ru, EN: b.names.en},
	}
	if b.level == "central" {
		out.Aliases = []string{b.alias}
	} else {
		out.Region = &registry.Region{ISO: fmt.Sprintf("%s-%02d", Code, b.number), Kind: "oblast", Seat: registry.Urban}
		if b.number%2 == 0 {
			out.Region.Seat = registry.Rural
		}
	}
	for _, s := range b.sources {
		if s == r.portal && b != r.bodies[0] {
			continue // the first ministry runs it
		}
		source := registry.Source{
			ID: s.id, Platform: s.platform, Owner: s.id, Shared: s == r.portal, Status: registry.Active,
			Loopback: true, Confidence: registry.Verified, Evidence: evidence,
		}
		account := registry.Account{Platform: s.platform, Confidence: registry.Verified, Evidence: evidence}
		base := strings.TrimSuffix(bases(s.platform), "/")
		switch s.platform {
		case "telegram":
			source.URL, account.ID = base+"/s/"+s.handle, s.handle
		case "vk":
			account.ID = fmt.Sprint(-s.group)
			source.URL = base + "/method/wall.get?owner_id=" + account.ID
		default:
			source.URL = base + "/list"
			if s.site != nil {
				_, host, _ := strings.Cut(base, "://")
				source.URL, account.ID = base+s.site.address(s), s.site.account(host, b.official(s))
			}
		}
		out.Sources = append(out.Sources, source)
		if account.ID != "" {
			out.Accounts = append(out.Accounts, account)
		}
	}
	if b.press != "" {
		out.Accounts = append(out.Accounts, registry.Account{
			Platform: "telegram", ID: b.press, Confidence: registry.Verified, Evidence: evidence, Note: "press service",
		})
	}
	slices.SortFunc(out.Sources, func(a, b registry.Source) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(out.Accounts, func(a, b registry.Account) int {
		return strings.Compare(a.Platform+" "+a.ID, b.Platform+" "+b.ID)
	})
	return out
}

// calendar lists the holidays of the simulated years, one before and one after.
func (r *Republic) calendar() *registry.Calendar {
	c := &registry.Calendar{}
	for year := r.Start().Year() - 1; year <= r.End().Year()+1; year++ {
		for _, h := range holidays {
			day := time.Date(year, h.month, h.day, 0, 0, 0, 0, time.UTC)
			c.Days = append(c.Days, registry.Day{
				Date: day.Format(time.DateOnly), Kind: "holiday", Name: h.nameKK, Basis: evidence,
			})
		}
	}
	return c
}
