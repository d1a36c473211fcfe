using System.Globalization;
using Bogus;

namespace Padron.Adapters.Samples;

/// <summary>Streets and neighbourhoods, in capitals.</summary>
sealed class SampleAddresses
{
    static readonly string[] Ways = ["CALLE", "CALLE", "CALLE", "AV.", "AV.", "CALZ.", "PRIV.", "CDA.", "BLVD.", "AND.", "PROL."];

    static readonly string[] Colonias =
    [
        "CENTRO", "CENTRO", "CENTRO", "DEL VALLE", "ROMA NORTE", "LAS FLORES", "SAN JOSÉ", "SANTA MARÍA", "LA LOMA", "JARDINES DEL SOL", "EL MIRADOR",
        "LOMAS VERDES", "BENITO JUÁREZ", "EMILIANO ZAPATA", "LÁZARO CÁRDENAS", "REVOLUCIÓN", "INDUSTRIAL", "OBRERA", "LA ESPERANZA", "VILLAS DEL REAL",
        "SAN ISIDRO", "GUADALUPE", "HIDALGO", "MORELOS", "INDEPENDENCIA", "REFORMA", "LOS PINOS", "LOS ÁLAMOS", "EL ROSARIO", "SAN ANTONIO",
        "FRACC. LAS PALMAS", "FRACC. LOS SAUCES", "INFONAVIT NORTE", "UNIDAD HAB. CTM", "AMPL. SAN JUAN", "BARRIO DE SANTIAGO", "EJIDO LA JOYA",
    ];

    static readonly string?[] Blanks = [null, "", " ", "S/D"];

    readonly string[] streets;

    public SampleAddresses(Faker faker) => streets = [.. Enumerable.Range(0, 4_000).Select(_ => $"{faker.PickRandom(Ways)} {Name(faker)} ")];

    public string Street(ref RowRandom random)
    {
        var number = (1 + random.Below(2_500)).ToString(CultureInfo.InvariantCulture);
        return random.Below(8) switch
        {
            0 => $"{random.Of(streets)}{number} INT {1 + random.Below(40)}",
            1 => $"{random.Of(streets)}#{number}",
            2 => $"{random.Of(streets)}MZ {1 + random.Below(60)} LT {1 + random.Below(60)}",
            _ => string.Concat(random.Of(streets), number),
        };
    }

    public string QuotedStreet(ref RowRandom random) => $"{random.Of(streets)}{1 + random.Below(900)} \"A\"; LOCAL {1 + random.Below(30)}";

    public static string Colonia(ref RowRandom random) => random.Of(Colonias);

    public static string? Nothing(ref RowRandom random) => random.Of(Blanks);

    /// <summary>Bogus begins each street with a word from Spain (Masía, Rúa), which is left off, and misspells República.</summary>
    static string Name(Faker faker)
    {
        var street = faker.Address.StreetName();
        return street[(street.IndexOf(' ', StringComparison.Ordinal) + 1)..].Replace("Repúplica", "República", StringComparison.Ordinal).ToUpperInvariant();
    }
}
