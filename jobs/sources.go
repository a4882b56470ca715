package jobs

import (
	"fmt"
	"slices"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/all"
	"qulaq/parsers/selectors"
	"qulaq/registry"
)

// Parser gives the parser that reads a source: that of its platform or, where the
// source says itself how its pages are read, one made of that. It is false for a
// platform that has none.
func Parser(s *registry.Source) (parsers.Parser, bool) {
	site, described := s.Selectors.(*selectors.Site)
	if !described {
		return all.Parser(s.Platform)
	}
	p, faults := selectors.New(s.URL, site)
	return p, len(faults) == 0 // a registry with faults was refused when it was read
}

// RegistryRules are what a registry is held against: the platforms that have a
// parser, and how these read an address and a site's selectors.
func RegistryRules() registry.Rules {
	return registry.Rules{Platforms: all.Names(), Address: canonical, Selectors: newSelectors, CheckSelectors: checkSelectors}
}

// DraftRules are RegistryRules for a source that is being written: its saved pages
// need not be read yet as it says they are.
func DraftRules() registry.Rules {
	rules := RegistryRules()
	rules.CheckSelectors = func(s *registry.Source, _ string, _ registry.Fixtures) []registry.Fault {
		site, ok := s.Selectors.(*selectors.Site)
		if !ok {
			return nil
		}
		_, faults := selectors.New(s.URL, site)
		return registryFaults(faults)
	}
	return rules
}

// canonical names what a platform's parser starts from at an address. On the
// platform's own hosts that is the thread; where any host may serve it, all call it
// the same ("posts"), and the place of the first page tells them apart.
func canonical(platform, address string) (string, error) {
	parser, ok := all.Parser(platform)
	if !ok {
		return "", fmt.Errorf("no parser for platform %q", platform)
	}
	thread, err := parser.Start(address)
	if err != nil {
		return "", err
	}
	_, place, _ := strings.Cut(thread.Address.URL, "://")
	host, path, _ := strings.Cut(place, "/")
	host = strings.ToLower(host)
	if slices.Contains(parser.Properties().Hosts, host) {
		return thread.ID, nil
	}
	return host + "/" + path + " " + thread.Address.Form.Encode(), nil
}

// newSelectors is what the selectors of a source are decoded into.
func newSelectors(platform string) any {
	if platform != selectors.Platform {
		return nil
	}
	return new(selectors.Site)
}

func checkSelectors(s *registry.Source, zone string, fixtures registry.Fixtures) []registry.Fault {
	site, ok := s.Selectors.(*selectors.Site)
	if !ok {
		return nil
	}
	page := func(name string) ([]byte, bool) {
		body, ok := fixtures[name]
		return body, ok
	}
	return registryFaults(selectors.Check(s.URL, zone, site, page))
}

func registryFaults(faults []selectors.Fault) []registry.Fault {
	var list []registry.Fault
	for _, f := range faults {
		list = append(list, registry.Fault(f))
	}
	return list
}
