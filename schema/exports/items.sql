-- Posts, comments, questions and answers as last seen; without texts and pseudonyms, unless they are asked for
-- thread_kind: listing, post, question or document; empty when the thread is only known by its items
SELECT i.source_id AS source_id, i.thread_id AS thread_id, t.kind AS thread_kind, i.item_id AS item_id, i.body_id AS body_id, i.parent_id AS parent_id,
    i.kind AS kind, i.role AS role, if({private:Bool}, i.author, '') AS author, i.published_lo AS published_lo, i.published_hi AS published_hi,
    i.precision AS precision, i.first_seen_at AS first_seen_at, i.last_seen_at AS last_seen_at, i.edits AS edits, i.vanished AS vanished,
    i.vanished_lo AS vanished_lo, i.vanished_hi AS vanished_hi, if({private:Bool}, i.text, '') AS text, i.language AS language, i.class AS class,
    i.need AS need, i.template AS template, i.classifier AS classifier, i.outcome AS outcome
FROM items_now AS i
LEFT JOIN threads_now AS t ON t.source_id = i.source_id AND t.thread_id = i.thread_id
ORDER BY source_id, thread_id, item_id
