using System.Text.Json;
using Xunit;

namespace Vidimus.Testing;

/// <summary>Third parties' validators for the JSON that we write. Each call starts one node process, so give many documents at once.</summary>
public static class JsonJudges
{
    private const string Ajv = "ajv@8.20.0";
    private const string Formats = "ajv-formats@3.0.1";

    public static readonly string[] CycloneDxPackages = ["@cyclonedx/cyclonedx-library@10.3.0", Ajv, Formats, "ajv-formats-draft2019@1.6.1"];

    /// <summary>A schema and documents through ajv; prints what is wrong with each.</summary>
    private const string BySchema = """
        const Ajv = require('ajv/dist/2020').default, formats = require('ajv-formats').default, fs = require('fs');
        const { schema, documents } = JSON.parse(fs.readFileSync(0, 'utf8'));
        const ajv = new Ajv({ strict: false, allErrors: false });
        formats(ajv);
        const { $schema, ...rest } = JSON.parse(fs.readFileSync(schema, 'utf8'));
        const validate = ajv.compile(rest);
        console.log(JSON.stringify(documents.map(text => validate(JSON.parse(text)) ? null : ajv.errorsText(validate.errors))));
        """;

    /// <summary>The schema and the mandatory tests of CSAF 2.0, by the BSI's validator.</summary>
    private const string ByCsafLibrary = """
        import validate from '@secvisogram/csaf-validator-lib/validate.js';
        import * as schema from '@secvisogram/csaf-validator-lib/schemaTests.js';
        import * as mandatory from '@secvisogram/csaf-validator-lib/mandatoryTests.js';
        import fs from 'node:fs';
        const { documents } = JSON.parse(fs.readFileSync(0, 'utf8'));
        const answers = [];
        for (const text of documents) {
          const result = await validate([schema.csaf_2_0, ...Object.values(mandatory)], JSON.parse(text));
          answers.push(result.isValid ? null : JSON.stringify(result.tests.filter(t => !t.isValid)));
        }
        console.log(JSON.stringify(answers));
        """;

    private const string ByLibrary = """
        const { Validation, Spec } = require('@cyclonedx/cyclonedx-library'), fs = require('fs');
        const { version, documents } = JSON.parse(fs.readFileSync(0, 'utf8'));
        (async () => {
          const validator = new Validation.JsonStrictValidator(version);
          const answers = [];
          for (const text of documents) { const wrong = await validator.validate(text); answers.push(wrong === null ? null : JSON.stringify(wrong)); }
          console.log(JSON.stringify(answers));
        })();
        """;

    /// <summary>Our own JSON, by ajv with <c>docs/schema/scan-1.json</c>.</summary>
    public static void ScanReport(params IReadOnlyList<string> documents) =>
        Judge("scan", BySchema, [Ajv, Formats], _ => new { schema = Path.Combine(Places.Repository, "docs/schema/scan-1.json"), documents }, documents);

    /// <summary>CycloneDX JSON, by the CycloneDX project's own strict validator.</summary>
    /// <param name="version">The specification's version: <c>1.5</c>.</param>
    public static void CycloneDx(string version, params IReadOnlyList<string> documents) => Judge("cyclonedx", ByLibrary, CycloneDxPackages, _ => new { version, documents }, documents);

    /// <summary>SARIF 2.1.0, by ajv with the schema that Microsoft's SARIF Multitool carries.</summary>
    public static void Sarif(params IReadOnlyList<string> documents) => Judge("sarif", BySchema, [Ajv, Formats, "@microsoft/sarif-multitool-linux@5.7.0"],
        folder => new { schema = Path.Combine(folder, "node_modules/@microsoft/sarif-multitool-linux/sarif-2.1.0.json"), documents }, documents);

    /// <summary>OpenVEX 0.2.0, by ajv with the specification's schema.</summary>
    public static void OpenVex(params IReadOnlyList<string> documents) =>
        Judge("scan", BySchema, [Ajv, Formats], _ => new { schema = Places.Shared("schemas/openvex.schema.json"), documents }, documents);

    /// <summary>SPDX 2.3, by ajv with the specification's schema.</summary>
    public static void Spdx(params IReadOnlyList<string> documents) =>
        Judge("scan", BySchema, [Ajv, Formats], _ => new { schema = Places.Shared("schemas/spdx-2.3.schema.json"), documents }, documents);

    /// <summary>CSAF 2.0, by the validator of the BSI's Secvisogram.</summary>
    public static void Csaf(params IReadOnlyList<string> documents) => Judge("csaf", ByCsafLibrary, ["@secvisogram/csaf-validator-lib@2.0.10"], _ => new { documents }, documents);

    /// <summary>What a schema of ours in <c>docs/schema</c> says of documents, by ajv: whether it takes each.</summary>
    public static IReadOnlyList<bool> Takes(string schema, IReadOnlyList<string> documents)
    {
        using var answers = Answers("scan", BySchema, [Ajv, Formats], _ => new { schema = Path.Combine(Places.Repository, "docs/schema", schema), documents });
        return [.. answers.RootElement.EnumerateArray().Select(a => a.ValueKind is JsonValueKind.Null)];
    }

    private static void Judge(string name, string script, IReadOnlyList<string> packages, Func<string, object> input, IReadOnlyList<string> documents)
    {
        using var answers = Answers(name, script, packages, input);
        var wrong = answers.RootElement.EnumerateArray().Index().Where(a => a.Item.ValueKind is not JsonValueKind.Null).Select(a => $"document {a.Index}: {a.Item}").ToList();
        Assert.Equal(documents.Count, answers.RootElement.GetArrayLength());
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static JsonDocument Answers(string name, string script, IReadOnlyList<string> packages, Func<string, object> input)
    {
        var folder = NpmModules.Of(name, packages);
        var kind = script.StartsWith("import ", StringComparison.Ordinal) ? "module" : "commonjs";
        return JsonDocument.Parse(RealTool.Run("node", [$"--input-type={kind}", "-e", script], JsonSerializer.Serialize(input(folder)), folder));
    }
}
