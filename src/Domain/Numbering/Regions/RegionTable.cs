using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Padron.Domain.Numbering.Regions;

/// <summary>All regions, read once from the table this assembly carries (<c>regions.txt</c>; <c>make numbering</c> writes it).</summary>
static class RegionTable
{
    const int LongestCallingCode = 3;

    static readonly Region[] Regions = [.. Read()];

    static readonly FrozenDictionary<string, Region> ByCode =
        Regions.Where(region => region.Code != NonGeographic).ToFrozenDictionary(region => region.Code, StringComparer.OrdinalIgnoreCase);

    static readonly Region[]?[] ByCallingCode = IndexByCallingCode();

    /// <summary>The region of calling codes that belong to no country.</summary>
    public const string NonGeographic = "001";

    public static IReadOnlyList<Region> All => Regions;

    public static Region? Find(string code) => ByCode.GetValueOrDefault(code);

    /// <summary>The regions that share a calling code, the main one first, in the order in which a number is offered to them.</summary>
    public static ReadOnlySpan<Region> Sharing(int callingCode) => ByCallingCode[callingCode];

    /// <summary>Parts calling code and national number. No calling code is the beginning of another.</summary>
    /// <param name="abroad">ASCII digits.</param>
    /// <param name="national">What follows the calling code.</param>
    /// <returns>The main region of the calling code; null when there is no such code.</returns>
    public static Region? OfCallingCode(ReadOnlySpan<char> abroad, out ReadOnlySpan<char> national)
    {
        var callingCode = 0;
        for (var length = 1; length <= LongestCallingCode && length <= abroad.Length; length++)
        {
            callingCode = (callingCode * 10) + abroad[length - 1] - '0';
            if (callingCode == 0) break;
            if (ByCallingCode[callingCode] is not [var main, ..]) continue;
            national = abroad[length..];
            return main;
        }

        national = [];
        return null;
    }

    /// <param name="digits">ASCII digits.</param>
    /// <param name="callingCode">One to three digits.</param>
    /// <param name="national">What follows the calling code.</param>
    public static bool BeginsWith(ReadOnlySpan<char> digits, int callingCode, out ReadOnlySpan<char> national)
    {
        var length = callingCode < 10 ? 1 : callingCode < 100 ? 2 : 3;
        var begins = digits.Length >= length && int.Parse(digits[..length], NumberStyles.None, CultureInfo.InvariantCulture) == callingCode;
        national = begins ? digits[length..] : digits;
        return begins;
    }

    static Region[]?[] IndexByCallingCode()
    {
        var index = new Region[]?[1000];
        foreach (var sharing in Regions.GroupBy(region => region.CallingCode)) index[sharing.Key] = [.. sharing];
        return index;
    }

    static IEnumerable<Region> Read()
    {
        using var stream = typeof(RegionTable).Assembly.GetManifestResourceStream("Padron.Domain.Numbering.Regions.regions.txt")
            ?? throw new InvalidOperationException("The assembly does not carry the table of regions.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        List<string[]> lines = [];
        while (reader.ReadLine() is { } text)
        {
            if (text is ['#', ..]) continue;
            var fields = text.Split('\t');
            if (fields is ["region", var callingCode, var code])
                yield return new(code, int.Parse(callingCode, CultureInfo.InvariantCulture), lines = []);
            else
                lines.Add(fields);
        }
    }
}
