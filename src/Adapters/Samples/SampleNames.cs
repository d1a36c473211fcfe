using System.Globalization;
using Bogus;
using Bogus.DataSets;

namespace Padron.Adapters.Samples;

/// <summary>Names as such registers keep them: 'PATERNO MATERNO NOMBRE' in capitals, and what stands there instead.</summary>
/// <remarks>Bogus is asked once for pools, from which the rows are put together: a call to it for each row would be the slowest part.</remarks>
sealed class SampleNames
{
    static readonly string?[] Missing = ["SIN NOMBRE", "S/N", "NULL", "N/A", ".", "X", "", null];
    static readonly string[] Trades = ["ABARROTES", "TALLER MECANICO", "FARMACIA", "PAPELERIA", "TORTILLERIA", "CONSTRUCCIONES", "GRUPO", "TRANSPORTES"];
    static readonly string[] Companies = ["S.A. DE C.V.", "S. DE R.L. DE C.V.", "E HIJOS", "Y ASOCIADOS S.C.", "S.A.P.I. DE C.V."];

    readonly string[] given, surnames, accented, pairs;

    public SampleNames(Faker faker)
    {
        given =
        [
            .. Enumerable.Range(0, 2_000).Select(i =>
            {
                var gender = i % 2 == 0 ? Name.Gender.Female : Name.Gender.Male;
                var name = faker.Name.FirstName(gender).ToUpperInvariant();
                return i % 3 == 0 ? $"{name} {faker.Name.FirstName(gender).ToUpperInvariant()}" : name;
            }),
        ];
        surnames = [.. Enumerable.Range(0, 3_000).Select(_ => faker.Name.LastName().ToUpperInvariant())];
        accented = [.. surnames.Where(surname => surname.Any(letter => !char.IsAscii(letter)))];
        pairs = [.. Enumerable.Range(0, 5_000).Select(_ => $"{faker.PickRandom(surnames)} {faker.PickRandom(surnames)} ")];
    }

    public string Person(ref RowRandom random) => string.Concat(random.Of(pairs), random.Of(given));

    /// <summary>A person whose name has at least one letter beyond ASCII, for dirt that needs one.</summary>
    public string AccentedPerson(ref RowRandom random) => $"{random.Of(accented)} {random.Of(surnames)} {random.Of(given)}";

    public string Company(ref RowRandom random) => $"{random.Of(Trades)} {random.Of(surnames)} {random.Of(Companies)}";

    public static string? NoName(ref RowRandom random) => random.Of(Missing);

    public string QuotedPerson(ref RowRandom random) => random.Below(3) switch
    {
        0 => $"D'{random.Of(surnames)} {random.Of(surnames)} {random.Of(given)}",
        1 => $"{random.Of(surnames)} {random.Of(surnames)} \"{random.Of(given)}\"",
        _ => $"{random.Of(surnames)} {random.Of(surnames)}; {random.Of(given)}",
    };

    public string Formula(ref RowRandom random) => random.Below(4) switch
    {
        0 => $"=HYPERLINK(\"http://premio.example\";\"{random.Of(surnames)}\")",
        1 => string.Create(CultureInfo.InvariantCulture, $"={random.Below(100)}+{random.Below(100)}"),
        2 => $"+{random.Of(surnames)} {random.Of(given)}",
        _ => $"@{random.Of(surnames)}",
    };
}
