namespace Vidimus.Model.Vex;

/// <summary>The labels that OpenVEX and CSAF share for why a product is not affected (CISA's status justifications).</summary>
public static class VexJustifications
{
    public static IReadOnlyList<string> All { get; } =
    [
        "component_not_present",
        "vulnerable_code_not_present",
        "vulnerable_code_not_in_execute_path",
        "vulnerable_code_cannot_be_controlled_by_adversary",
        "inline_mitigations_already_exist",
    ];

    public static bool IsLabel(string? text) => text is not null && All.Contains(text);
}
