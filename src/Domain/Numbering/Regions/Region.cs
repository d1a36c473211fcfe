namespace Padron.Domain.Numbering.Regions;

/// <summary>A region and how its numbers are made. The rules are compiled when they are first asked for.</summary>
/// <param name="code">ISO 3166-1 alpha-2; <c>001</c> for a calling code of no country, such as 800.</param>
/// <param name="callingCode">One to three digits; several regions may share it.</param>
/// <param name="lines">The region's lines of <c>regions.txt</c>.</param>
sealed class Region(string code, int callingCode, IReadOnlyList<string[]> lines)
{
    readonly Lazy<RegionRules> rules = new(() => RegionRules.Read(lines));
    readonly Lazy<NumberFormats> formats = new(() => NumberFormats.Read(lines));

    public string Code => code;

    public int CallingCode => callingCode;

    public RegionRules Rules => rules.Value;

    /// <summary>Of the regions that share a calling code only the main one has any.</summary>
    public NumberFormats Formats => formats.Value;

    /// <summary>The patterns as they stand in the table, those of formats' leading digits included.</summary>
    public IEnumerable<(string Name, string Pattern)> Patterns =>
        lines.Where(line => line[0] is not "transform").Select(line => line[0] is "format" ? (line[0], line[2]) : (line[0], line[1])).Where(line => line.Item2.Length > 0);
}
