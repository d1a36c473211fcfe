namespace Padron.Application.Imports.Validation;

/// <summary>The checks' names, as events keep them, and what each compares.</summary>
public static class ImportChecks
{
    public const string Counts = "counts";
    public const string Numbers = "numbers";
    public const string Duplicates = "duplicates";
    public const string Required = "required";
    public const string Places = "places";
    public const string Streams = "streams";
    public const string Sample = "sample";

    /// <summary>In the order in which they are run and shown.</summary>
    public static IReadOnlyList<(string Name, string Compares)> All { get; } =
    [
        (Counts, "rows of the source, the import's tally, contacts and rejections in the database"),
        (Numbers, "every number with E.164 and with the numbering rules of its region"),
        (Duplicates, "numbers and source rows of the contacts with each other"),
        (Required, "number, original number, LADA, source row, and state where the LADA has one"),
        (Places, "LADA with the number and the plan's LADAs, state with the 32"),
        (Streams, "events and streams with the read models"),
        (Sample, "random rows of the source with the register, field by field"),
    ];
}
