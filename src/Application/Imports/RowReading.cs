using System.Globalization;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;

namespace Padron.Application.Imports;

/// <summary>What a source row comes to: a command, or the reason why its value is no phone number.</summary>
public readonly record struct ReadRow(long Row, string? Value, ImportContact? Command, RejectionReason? Rejection);

/// <summary>Reads source rows: number, line, place and details. Pure; the plan and the tables are in memory.</summary>
/// <param name="plan">Classifies the lines.</param>
/// <param name="planVersion">Its version, the evidence of the classification.</param>
/// <param name="importId">The import.</param>
/// <param name="at">The import's date (UTC).</param>
public sealed class RowReading(NumberingPlan plan, string? planVersion, Guid importId, DateTimeOffset at)
{
    static readonly string[] DateFormats =
        ["yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFF", "dd/MM/yyyy", "dd/MM/yyyy HH:mm:ss", "d/M/yyyy"];

    public ReadRow Read(SourceRow row)
    {
        var number = MexicanNumber.Normalize(row.Numero, row.Lada);
        if (number.Rejection is { } reason)
            return new(row.Row, row.Numero, null, reason);

        var (state, city) = (MexicanStates.Match(row.EstadoCof), SourceText.Clean(row.CiudadPorLada));
        var details = ContactDetails.Of(
            number.Phone, SourceText.Clean(row.Campo1Original) ?? row.Numero, row.Nombre, row.Direccion, row.Colonia, row.MunicipioCof,
            state, city, ReadDate(row.FechaMigracion));
        var command = new ImportContact(
            number.Phone, number.LadaInferred, details, IsMarkedInvalid(row.EsValido), plan.Find(number.Phone), planVersion, importId, row.Row, at)
        {
            StateInferred = state is null,
            CityInferred = city is null,
        };
        return new(row.Row, row.Numero, command, null);
    }

    static bool IsMarkedInvalid(string? esValido) => esValido?.Trim().ToUpperInvariant() is "0" or "0.0" or "N" or "NO" or "F" or "FALSE" or "FALSO";

    internal static DateTimeOffset? ReadDate(string? text) =>
        DateTimeOffset.TryParseExact(text?.Trim(), DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? date
            : null;
}
