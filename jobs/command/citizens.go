package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"qulaq/jobs"
	"qulaq/pipeline"
)

// Texts is the choice of commands that take in pages.
type Texts struct {
	StoreText bool `help:"Store citizens' texts, redacted, until qulaq prune gives them up. --no-store-text stores only what is read in them." default:"true" negatable:"" env:"QULAQ_STORE_TEXT" config:"texts.store"`
}

// Keys changes or ends the key of the pseudonyms.
type Keys struct {
	Rotate  KeysRotate  `cmd:"" help:"Begin new pseudonyms: nobody can tie who writes from now on to who wrote before."`
	Destroy KeysDestroy `cmd:"" help:"Overwrite and remove the key: nobody can tell any more whose a pseudonym is."`
}

// KeysRotate exchanges the half of the key that pseudonyms are made with.
type KeysRotate struct{}

// Help is printed below the flags.
func (KeysRotate) Help() string {
	return `The old half is overwritten. Items that are stored keep their old pseudonyms, and
nobody, this program included, can find out whose they are or recognise the same
people in later visits. In threads that were open, replies are no longer tied to
needs by who is addressed; other ties hold. Fingerprints of texts stay: nothing
looks edited, and what was forgotten stays forgotten.

Copies of the key in backups and snapshots of the disk are yours to remove.`
}

// Run rotates.
func (KeysRotate) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	if err := jobs.RotateKey(ctx, e, g.keyFile()); err != nil {
		return err
	}
	fmt.Fprintln(s.Out, "new pseudonyms from now on; the key of the earlier ones is overwritten")
	return nil
}

// KeysDestroy ends the key.
type KeysDestroy struct {
	Yes bool `help:"Do it. There is no way back."`
}

// Help is printed below the flags.
func (KeysDestroy) Help() string { return destroyed }

const destroyed = `Without the key nobody can tell whose the stored pseudonyms are, or find an account
or a text by guessing it. All numbers can still be read and derived again. It also
means that the data folder is closed: new visits could not be compared with old
ones, and what was forgotten could come back, so that nothing more is taken in.
Begin a new data folder to go on.

Copies of the key in backups and snapshots of the disk are yours to remove.`

// Run destroys the key, also that of a folder that no longer opens.
func (c *KeysDestroy) Run(ctx context.Context, g *Globals, s Streams) error {
	if !c.Yes {
		return fmt.Errorf("this cannot be undone; say --yes to destroy %s\n\n%s", g.keyFile(), destroyed)
	}
	if err := c.record(ctx, g, s); err != nil {
		fmt.Fprintf(s.Err, "officials that only the key tells will read as citizens: %v\n", err)
	}
	if err := pipeline.DestroyKey(g.keyFile(), time.Now()); err != nil {
		return err
	}
	fmt.Fprintf(s.Out, "%s is overwritten and removed\n", g.keyFile())
	return nil
}

func (c *KeysDestroy) record(ctx context.Context, g *Globals, s Streams) (err error) {
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	return jobs.RecordRoles(ctx, e)
}

// Prune gives up texts whose time is over.
type Prune struct {
	TextTTL time.Duration `name:"text-ttl" help:"How long citizens' texts are kept after they were first seen." default:"2160h"`
	JSON    bool          `help:"Print the counts as JSON."`
}

// Help is printed below the flags.
func (Prune) Help() string {
	return `What was read in a text stays (its class, its language, what it is nearly the same
as), so that no number changes. Officials' texts are kept. Run it daily.

  qulaq prune
  qulaq prune --text-ttl 720h`
}

// Run prunes.
func (c *Prune) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	if c.TextTTL < 0 {
		return errors.New("--text-ttl: a time to live cannot be negative")
	}
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	done, err := jobs.Prune(ctx, e, c.TextTTL)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(done)
	}
	fmt.Fprintf(s.Out, "%d texts were read for the last time; %d sightings lost theirs\n", done.Read, done.Sightings)
	return nil
}

// Forget removes an item or a thread.
type Forget struct {
	Name   string `arg:"" help:"Address or id of an item or thread."`
	Source string `help:"Source that it stands in, when there are several." placeholder:"ID"`
	JSON   bool   `help:"Print the counts as JSON."`
}

// Help is printed below the flags.
func (Forget) Help() string {
	return `It is removed from every table, with its texts and hashes, and does not come back:
a keyed hash of its id stays, by which later visits and replays pass it over. The
address of a thread takes all of its items along. Numbers that counted it change.

A sealed archive is not touched: remove the files of those days, or the identity
that opens them.

  qulaq forget 'https://vk.com/wall-1_2?reply=5'
  qulaq forget 'wall-1_2?reply=5' --source city-vk`
}

// Run forgets.
func (c *Forget) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	done, err := jobs.Forget(ctx, e, c.Name, c.Source)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(done)
	}
	fmt.Fprintf(s.Out, "forgotten: %d threads, %d items\n", done.Threads, done.Items)
	return nil
}
