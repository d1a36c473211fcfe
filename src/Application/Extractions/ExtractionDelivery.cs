using System.Runtime.CompilerServices;
using Npgsql;
using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;
using Padron.EventStore;

namespace Padron.Application.Extractions;

/// <summary>Hands an extraction's contacts over, from its manifest. May be done again: the same extraction gets the same contacts.</summary>
public sealed class ExtractionDelivery(NpgsqlDataSource dataSource, Streams streams, IExtractionFileWriter writer, TimeProvider clock)
{
    const string ManifestSql = """
        select c.phone_e164, c.full_name, c.city, c.municipality, c.state_name, c.lada
          from padron.extraction_contacts x
          left join read.contacts c on c.id = x.contact_id
         where x.extraction_id = $1
         order by x.ordinal
        """;

    /// <summary>Fails early where the file could not be written, before a contact is claimed for it.</summary>
    /// <exception cref="IOException">The directory is missing, or the file exists.</exception>
    public void RequireFree(string path, ExtractionFormat format)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(directory))
            throw new IOException($"The directory {directory} does not exist: make it, or choose another.");
        writer.RequireFree(path, format);
    }

    /// <summary>Writes the file and records its delivery.</summary>
    /// <exception cref="RuleViolationException"><c>extraction_unknown</c>, <c>extraction_not_claimed</c>, <c>projection_behind</c></exception>
    public async Task<WrittenFile> DeliverAsync(Guid extractionId, string path, EventMetadata metadata, CancellationToken ct = default)
    {
        var extraction = await streams.LoadAsync(extractionId, Extraction.None, ExtractionDecider.Evolve, ct);
        var request = extraction.Request ?? throw new RuleViolationException("extraction_unknown", $"There is no extraction {extractionId}.");
        await ExecuteAsync(state => ExtractionDecider.Decide(new StartDelivery(clock.GetUtcNow()), state));
        var info = new ExtractionFileInfo(extractionId, InSpanish(request.Selection), request.Amount, extraction.Obtained, request.RequestedBy, request.RequestedAt);
        var file = await writer.WriteAsync(path, request.Format, info, ReadManifestAsync(extractionId, ct), ct);
        await ExecuteAsync(state => ExtractionDecider.Decide(new FinishDelivery(Path.GetFileName(file.Path), file.Bytes, file.Sha256, clock.GetUtcNow()), state));
        return file;

        Task<Decided<Extraction>> ExecuteAsync(Func<Extraction, ExtractionEvent[]> decide) =>
            streams.ExecuteAsync(extractionId, Extraction.None, ExtractionDecider.Evolve, decide, metadata, ct);
    }

    static string InSpanish(Selection selection)
    {
        var state = MexicanStates.Find(selection.StateCode ?? "")?.Name ?? "estado desconocido";
        return selection.Kind switch
        {
            SelectionKind.Premium => "Premium: las diez LADAs de mayor ingreso por hogar",
            SelectionKind.State => $"Estado: {state}",
            SelectionKind.City => $"Ciudad: {selection.Name}, {state}",
            SelectionKind.Municipality => $"Municipio: {selection.Name}, {state}",
            _ => $"LADA: {selection.Name}",
        };
    }

    async IAsyncEnumerable<ExtractedContact> ReadManifestAsync(Guid extractionId, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(ManifestSql);
        command.Parameters.Add(new() { Value = extractionId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            // The manifest knows the contacts, the read model their names: while it is rebuilt, some are not there yet.
            if (Text(0) is not { } phone)
                throw new RuleViolationException("projection_behind", $"The contacts are being rebuilt: deliver extraction {extractionId} again when `padron projections status` shows them up to date.");
            yield return new(PhoneNumber.Parse(phone), Text(1), Text(2), Text(3), Text(4), Text(5) ?? "");
        }

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}
