using System.Globalization;
using Padron.Domain.Numbering;

namespace Padron.Adapters.Samples;

/// <summary>Writes the plan in the layout the regulator publishes since July 2025, with its quirks: blanks in the header, a comma too many, no order.</summary>
static class SamplePlanFile
{
    const uint RandomStream = 5;
    const string Header = "ZONA, NUMERACION_INICIAL, NUMERACION_FINAL, OCUPACION, MODALIDAD, RAZON_SOCIAL, FECHA_ASIGNACION\n";

    // Repeated by their weight. The last of each are made up, for the sake of the quotes and of a name without a comma.
    static readonly string[] MobileCarriers =
    [
        "AT&T COMERCIALIZACION MOVIL, S. DE R.L. DE C.V.", "AT&T COMERCIALIZACION MOVIL, S. DE R.L. DE C.V.", "AT&T COMERCIALIZACION MOVIL, S. DE R.L. DE C.V.",
        "RADIOMOVIL DIPSA, S.A. DE C.V.", "RADIOMOVIL DIPSA, S.A. DE C.V.", "PEGASO PCS, S.A. DE C.V.", "ALTÁN REDES, S.A.P.I. DE C.V.", "MÓVIL DEL VALLE",
    ];

    static readonly string[] LandlineCarriers =
    [
        "TELEFONOS DE MEXICO, S.A.B. DE C.V.", "TELEFONOS DE MEXICO, S.A.B. DE C.V.", "TELEFONOS DE MEXICO, S.A.B. DE C.V.",
        "TELEFONOS DEL NOROESTE, S.A. DE C.V.", "AXTEL, S.A.B. DE C.V.", "TELEFONIA \"LA VOZ\", S.A. DE C.V.",
    ];

    public static async Task WriteAsync(string path, SamplePlan plan, long seed, CancellationToken ct)
    {
        PlanSeries[] series = [.. plan.ByLada.SelectMany(lada => lada)];
        var random = RowRandom.For(seed, RandomStream, 0);
        var order = new Permutation(series.Length, ref random);

        await using var file = new StreamWriter(path) { NewLine = "\n" };
        await file.WriteAsync(Header);
        for (var i = 0; i < series.Length; i++)
        {
            var one = series[order[i]];
            await file.WriteAsync(Line(one.First, one.First + one.Split - 1, one.Before, ref random).AsMemory(), ct);
            if (one.Split < PlanSeries.Size)
                await file.WriteAsync(Line(one.First + one.Split, one.First + PlanSeries.Size - 1, one.After, ref random).AsMemory(), ct);
        }
    }

    static string Line(long first, long last, LineType line, ref RowRandom random)
    {
        var isMobile = line is LineType.Mobile;
        var modality = !isMobile ? "FIJO" : random.Chance(0.9) ? "CPP" : "MPP"; // who pays, the caller or the receiver; both are mobile
        var carrier = random.Of(isMobile ? MobileCarriers : LandlineCarriers);
        var assigned = new DateOnly(1995, 12, 31).AddDays((int)random.Below(10_500));
        var zone = first / 1_000_000_000;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{zone},{first},{last},{last - first + 1},{modality},{Quoted(carrier)},{assigned:dd/MM/yyyy},\n");
    }

    static string Quoted(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
