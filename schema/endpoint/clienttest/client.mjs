// Asks the SQL endpoint as a program in JavaScript would, and tells what came back.
import { ClickHouseLogLevel, createClient } from "@clickhouse/client";

const client = createClient({
  url: process.env.URL,
  username: process.env.USER_NAME,
  password: process.env.PASSWORD,
  database: "qulaq",
  log: { level: ClickHouseLogLevel.OFF },
  compression: { response: true, request: true },
});

// code runs a statement that must fail, and gives the code of its exception.
async function code(query) {
  try {
    const result = await client.query({ query, format: "JSON" });
    await result.json();
  } catch (error) {
    return error.code;
  }
  return "none";
}

const ping = (await client.ping({ select: true })).success;

const one = await client.query({
  query: "SELECT {text:String} AS text, {n:UInt64} AS n, [1, 2] AS list",
  query_params: { text: "it's\tқұлақ", n: "18446744073709551615" },
  format: "JSONEachRow",
  clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
});
const [row] = await one.json();
const exact = row.text === "it's\tқұлақ" && row.n === "18446744073709551615" && row.list.length === 2;

let rows = 0;
const many = await client.query({ query: "SELECT number, repeat('x', 100) AS x FROM numbers(20000)", format: "JSONEachRow" });
for await (const chunk of many.stream()) rows += chunk.length;

const refused = (await code("SELECT * FROM file('/etc/passwd', LineAsString)")) === "164"
  && (await code("DROP TABLE visits")) === "164";
const stopped = (await code("SELECT count() FROM numbers(1000000000000) WHERE cityHash64(number) = 1")) === "159";

await client.close();
console.log(JSON.stringify({ ping, exact, rows, refused, stopped }));
