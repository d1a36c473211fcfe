using System.Globalization;

namespace Padron.Domain.Numbering;

/// <summary>Where a LADA is.</summary>
/// <param name="Lada">Two digits for 33, 55, 56 and 81, otherwise three.</param>
/// <param name="City">Its main city; null where we found none (224, 359, 440, 596).</param>
/// <param name="StateCode">
/// The state of that city; null for 359 and 440. Some LADAs cross a border: a row that names its state knows better.
/// </param>
public sealed record LadaPlace(string Lada, string? City, string? StateCode);

/// <summary>The 413 LADAs (the plan's NIR) that have numbers assigned.</summary>
public static class Ladas
{
    static readonly LadaPlace[] Places =
        [.. EmbeddedTable.Rows("ladas.csv").Select(row => new LadaPlace(row[0], NullIfBlank(row[1]), NullIfBlank(row[2])))];

    // By the LADA as a number. No two-digit LADA is also a three-digit one: those begin at 220.
    static readonly LadaPlace?[] ByLada = IndexByLada();

    // By a number's first three digits, so that 550 to 559 are all LADA 55, and 055 is none.
    static readonly LadaPlace?[] ByHead = [.. Enumerable.Range(0, 1000).Select(head => head < 100 ? null : ByLada[Lada.OfHead(head)])];

    /// <summary>In ascending order of their text: 329, 33, 341.</summary>
    public static IReadOnlyList<LadaPlace> All => Places;

    /// <param name="lada">The digits alone: 55, 222. A slice such as 551 is not a LADA, see <see cref="Lada.FromColumn"/>.</param>
    public static LadaPlace? Find(string lada) =>
        lada is { Length: 2 or 3 } && int.TryParse(lada, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && Find(number) is { } place && place.Lada.Length == lada.Length ? place : null;

    /// <param name="lada">The LADA as a number: 55, 222.</param>
    public static LadaPlace? Find(int lada) => (uint)lada < (uint)ByLada.Length ? ByLada[lada] : null;

    /// <returns>Null when the number is not Mexican or no such LADA has been assigned.</returns>
    public static LadaPlace? Find(PhoneNumber phone) => phone.IsMexican ? ByHead[phone.MexicanNational / Lada.NumbersPerHead] : null;

    static LadaPlace?[] IndexByLada()
    {
        var index = new LadaPlace?[1000];
        foreach (var place in Places) index[int.Parse(place.Lada, CultureInfo.InvariantCulture)] = place;
        return index;
    }

    static string? NullIfBlank(string field) => field.Length == 0 ? null : field;
}
