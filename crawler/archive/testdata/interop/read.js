// Reads a .warc.gz file with warcio and prints a line of JSON for each record.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { WARCParser } from "warcio";

const sha256 = (bytes) => "sha256:" + createHash("sha256").update(bytes).digest("hex");

const parser = new WARCParser(createReadStream(process.argv[2]));
for await (const record of parser) {
  const payload = await record.readFully(false); // as transferred
  const http = record.httpHeaders;
  console.log(JSON.stringify({
    Type: record.warcType,
    ID: record.warcHeader("WARC-Record-ID"),
    Date: record.warcDate,
    Target: record.warcTargetURI ?? "",
    RefersTo: record.warcHeader("WARC-Refers-To") ?? "",
    Seen: record.warcHeader("Qulaq-Seen") ?? "",
    FirstLine: http?.statusline ?? "",
    Payload: sha256(payload ?? new Uint8Array()),
    Offset: parser.offset,
    Length: parser.recordLength,
  }));
}
