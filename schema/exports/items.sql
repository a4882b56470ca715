-- Posts, comments, questions and answers as last seen; without texts and pseudonyms, unless they are asked for
-- thread_kind: listing, post, question or document; empty when the thread is only known by its items
-- mentions: Keyed pseudonyms of the accounts that it addresses, parted by spaces
-- quoted: Text of the item of its thread that it quotes, as first seen; empty for none
-- speaker: Name of the body that speaks, of an official item; empty of another
-- addressee: Name of the body, where the source is a portal of many bodies; empty elsewhere
WITH seen AS
(
    SELECT source_id, thread_id, item_id, argMin(text, (seen_at, visit_id)) AS first_text, argMin(text_hash, (seen_at, visit_id)) AS first_hash,
        arrayStringConcat(argMin(mentions, (seen_at, visit_id)), ' ') AS addressed, argMin(quoted_hash, (seen_at, visit_id)) AS quotes
    FROM sightings_committed
    GROUP BY source_id, thread_id, item_id
)
SELECT i.source_id AS source_id, i.thread_id AS thread_id, t.kind AS thread_kind, i.item_id AS item_id, i.body_id AS body_id, i.parent_id AS parent_id,
    i.kind AS kind, i.role AS role, if({private:Bool}, i.author, '') AS author, i.published_lo AS published_lo, i.published_hi AS published_hi,
    i.precision AS precision, i.first_seen_at AS first_seen_at, i.last_seen_at AS last_seen_at, i.edits AS edits, i.vanished AS vanished,
    i.vanished_lo AS vanished_lo, i.vanished_hi AS vanished_hi, if({private:Bool}, i.text, '') AS text, i.language AS language, i.class AS class,
    i.need AS need, i.template AS template, i.classifier AS classifier, i.outcome AS outcome,
    if({private:Bool}, s.addressed, '') AS mentions, if({private:Bool}, q.quoted_text, '') AS quoted,
    if(i.role = 'official', b.name, '') AS speaker,
    if(f.body_id = '', b.name, '') AS addressee
FROM items_now AS i
LEFT JOIN threads_now AS t ON t.source_id = i.source_id AND t.thread_id = i.thread_id
LEFT JOIN sources_now AS f ON f.source_id = i.source_id
LEFT JOIN (SELECT body_id, coalesce(nullIf(name_ru, ''), nullIf(name_kk, ''), name_en) AS name FROM bodies_now) AS b ON b.body_id = i.body_id
LEFT JOIN seen AS s ON s.source_id = i.source_id AND s.thread_id = i.thread_id AND s.item_id = i.item_id
LEFT JOIN
(
    SELECT source_id, thread_id, first_hash, min(first_text) AS quoted_text FROM seen WHERE first_hash != '' GROUP BY source_id, thread_id, first_hash
) AS q ON q.source_id = i.source_id AND q.thread_id = i.thread_id AND q.first_hash = s.quotes
ORDER BY source_id, thread_id, item_id
