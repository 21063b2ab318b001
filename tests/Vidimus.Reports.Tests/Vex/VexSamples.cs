namespace Vidimus.Reports.Tests.Vex;

/// <summary>Small documents of each format, written by hand from the specifications and judged by their validators.</summary>
internal static class VexSamples
{
    public const string OpenVex = """
        {
          "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://vex.example/1", "author": "Example Security", "timestamp": "2026-01-01T00:00:00Z", "version": 1,
          "statements": [
            {
              "vulnerability": { "name": "CVE-2024-0001", "aliases": ["GHSA-aaaa-bbbb-cccc"] }, "timestamp": "2026-02-01T00:00:00Z", "status": "not_affected", "justification": "component_not_present", "impact_statement": "It is left out of our build.",
              "products": [
                { "@id": "pkg:npm/pad@1.0.0" },
                { "@id": "pkg:oci/app@sha256%3Aaaaa", "identifiers": { "cpe23": "cpe:2.3:a:example:app:1:*:*:*:*:*:*:*" }, "subcomponents": [{ "@id": "pkg:deb/debian/zlib1g" }] },
                { "@id": "https://vex.example/app", "hashes": { "sha-256": "ABCD" } },
                { "@id": "https://vex.example/nothing-to-compare" }
              ]
            },
            { "vulnerability": { "name": "CVE-2024-0002" }, "products": [{ "identifiers": { "purl": "pkg:npm/pad" } }], "status": "affected", "action_statement": "Update it." },
            { "vulnerability": { "name": "CVE-2024-0003" }, "products": [{ "@id": "pkg:npm/pad" }], "status": "under_investigation", "status_notes": "We look." },
            { "vulnerability": { "name": "CVE-2024-0004" }, "products": [{ "@id": "pkg:npm/pad" }], "status": "fixed" }
          ]
        }
        """;

    public const string Csaf = """
        {
          "document": {
            "category": "csaf_vex", "csaf_version": "2.0", "title": "Example VEX",
            "publisher": { "category": "vendor", "name": "Example Security", "namespace": "https://vex.example" },
            "notes": [{ "category": "summary", "text": "What is true of the example." }],
            "tracking": {
              "id": "EX-1", "status": "final", "version": "1", "initial_release_date": "2026-01-01T00:00:00.000Z", "current_release_date": "2026-01-01T00:00:00.000Z",
              "revision_history": [{ "date": "2026-01-01T00:00:00.000Z", "number": "1", "summary": "First." }]
            }
          },
          "product_tree": {
            "branches": [{
              "category": "vendor", "name": "Example",
              "branches": [
                { "category": "product_name", "name": "system", "product": { "name": "system 9", "product_id": "SYS", "product_identification_helper": { "cpe": "cpe:/o:redhat:enterprise_linux:9" } } },
                { "category": "product_name", "name": "curl", "product": { "name": "curl", "product_id": "CURL", "product_identification_helper": { "purl": "pkg:rpm/redhat/curl?arch=x86_64" } } },
                { "category": "product_name", "name": "pad", "product": { "name": "pad", "product_id": "PAD", "product_identification_helper": { "purl": "pkg:npm/pad@1.0.0" } } },
                { "category": "product_name", "name": "thing", "product": { "name": "thing", "product_id": "THING" } }
              ]
            }],
            "relationships": [{
              "category": "default_component_of", "product_reference": "CURL", "relates_to_product_reference": "SYS",
              "full_product_name": { "name": "curl as a component of system 9", "product_id": "SYS:CURL" }
            }],
            "product_groups": [{ "group_id": "G", "product_ids": ["PAD", "SYS:CURL"] }]
          },
          "vulnerabilities": [
            {
              "cve": "CVE-2024-0001", "notes": [{ "category": "description", "text": "An issue." }],
              "ids": [{ "system_name": "GHSA", "text": "GHSA-aaaa-bbbb-cccc" }],
              "product_status": { "known_not_affected": ["SYS:CURL", "PAD", "THING"] },
              "flags": [{ "label": "vulnerable_code_not_present", "product_ids": ["SYS:CURL"] }],
              "threats": [{ "category": "impact", "details": "It is not built.", "group_ids": ["G"] }, { "category": "impact", "details": "No.", "product_ids": ["THING"] }]
            },
            {
              "cve": "CVE-2024-0002", "notes": [{ "category": "description", "text": "An issue." }],
              "product_status": { "fixed": ["PAD"], "known_affected": ["SYS:CURL"], "under_investigation": ["THING"] },
              "remediations": [{ "category": "none_available", "details": "Wait for an update.", "product_ids": ["SYS:CURL"] }]
            }
          ]
        }
        """;

    public const string CycloneDx = """
        {
          "bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", "version": 1,
          "metadata": { "timestamp": "2026-01-01T00:00:00Z", "authors": [{ "name": "Example Security" }], "component": { "type": "container", "name": "app", "bom-ref": "root", "purl": "pkg:oci/app@sha256%3Aaaaa" } },
          "components": [{ "type": "library", "name": "pad", "bom-ref": "c1", "purl": "pkg:npm/pad@1.0.0", "components": [{ "type": "library", "name": "inner", "bom-ref": "c2", "purl": "pkg:npm/inner@2.0.0" }] }],
          "vulnerabilities": [
            { "id": "CVE-2024-0001", "references": [{ "id": "GHSA-aaaa-bbbb-cccc", "source": { "name": "GHSA" } }], "analysis": { "state": "not_affected", "justification": "code_not_reachable", "detail": "It is never called.", "lastUpdated": "2026-03-01T00:00:00Z" }, "affects": [{ "ref": "c1" }, { "ref": "c2" }] },
            { "id": "CVE-2024-0002", "analysis": { "state": "exploitable" }, "recommendation": "Update it.", "affects": [{ "ref": "c1", "versions": [{ "version": "1.0.0", "status": "affected" }, { "version": "1.1.0", "status": "unaffected" }, { "range": "vers:npm/>=2", "status": "affected" }] }] },
            { "id": "CVE-2024-0003", "analysis": { "state": "in_triage" }, "affects": [{ "ref": "urn:cdx:11111111-395b-41f5-a30f-a58921a69b79/1#pkg%3Anpm%2Fpad%401.0.0" }] },
            { "id": "CVE-2024-0004", "analysis": { "state": "resolved" }, "affects": [{ "ref": "root" }] },
            { "id": "CVE-2024-0005", "affects": [{ "ref": "c1" }] }
          ]
        }
        """;
}
