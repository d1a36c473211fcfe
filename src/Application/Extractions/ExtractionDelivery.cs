using System.Runtime.CompilerServices;
using Npgsql;
using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;
using Padron.MartenExtensions;

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
    /// <param name="extractionId">The extraction; its stream says that its delivery has started.</param>
    /// <param name="path">The file; must not exist.</param>
    /// <param name="metadata">Who asks.</param>
    /// <param name="teller">Told how much is written.</param>
    /// <param name="ct">Ends the wait for another process that writes the same extraction.</param>
    /// <exception cref="RuleViolationException"><c>projection_behind</c></exception>
    internal async Task<WrittenFile> DeliverAsync(Guid extractionId, string path, EventMetadata metadata, ProgressTeller teller, CancellationToken ct)
    {
        await using var turn = await DeliveryTurn.TakeAsync(dataSource, extractionId, ct);
        var extraction = await streams.LoadAsync(extractionId, Extraction.None, ExtractionDecider.Evolve, ct);
        await teller.TellAsync(ExtractionStage.Writing, extraction.Obtained);

        // From here on a cancellation would leave claimed contacts without a file, for seconds saved.
        return await WriteAsync(turn, extractionId, extraction, path, metadata, teller, CancellationToken.None);
    }

    /// <summary>Writes the file into the spool in place of what an earlier try left there, and records its delivery.</summary>
    /// <param name="extractionId">The extraction.</param>
    /// <param name="spool">Where to.</param>
    /// <param name="metadata">Who asks.</param>
    /// <param name="teller">Told how much is written.</param>
    /// <param name="ct">Stops the writing too: done again, it writes the same.</param>
    internal async Task SpoolAsync(Guid extractionId, ExtractionSpool spool, EventMetadata metadata, ProgressTeller teller, CancellationToken ct)
    {
        await using var turn = await DeliveryTurn.TakeAsync(dataSource, extractionId, ct);
        var extraction = await streams.LoadAsync(extractionId, Extraction.None, ExtractionDecider.Evolve, ct);
        if (extraction.Status is ExtractionStatus.Delivered)
            return; // by a worker that had lost its lease and was not dead
        await teller.TellAsync(ExtractionStage.Writing, extraction.Obtained);
        spool.Clear(extractionId, extraction.Request!.Format);
        await WriteAsync(turn, extractionId, extraction, spool.PathOf(extractionId, extraction.Request.Format), metadata, teller, ct);
    }

    async Task<WrittenFile> WriteAsync(
        DeliveryTurn turn, Guid extractionId, Extraction extraction, string path, EventMetadata metadata, ProgressTeller teller, CancellationToken ct)
    {
        var request = extraction.Request!;
        var info = new ExtractionFileInfo(extractionId, InSpanish(request.Selection), request.Amount, extraction.Obtained, request.RequestedBy, request.RequestedAt);
        var file = await writer.WriteAsync(path, request.Format, info, ReadManifestAsync(extractionId, extraction.Obtained, teller, ct), ct);
        await turn.RequireAsync(ct);
        var finish = new FinishDelivery(Path.GetFileName(file.Path), file.Bytes, file.Sha256, clock.GetUtcNow());
        await streams.ExecuteAsync(extractionId, Extraction.None, ExtractionDecider.Evolve, state => ExtractionDecider.Decide(finish, state), metadata, ct);
        await teller.TellAsync(ExtractionStage.Delivered);
        return file;
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
            SelectionKind.Segment => $"Segmento: {selection.Name}",
            _ => $"LADA: {selection.Name}",
        };
    }

    async IAsyncEnumerable<ExtractedContact> ReadManifestAsync(
        Guid extractionId, int obtained, ProgressTeller teller, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(ManifestSql);
        command.CommandTimeout = 0; // the first row of a million comes when all are sorted
        command.Parameters.Add(new() { Value = extractionId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var read = 0;
        while (await reader.ReadAsync(ct))
        {
            // The manifest knows the contacts, the read model their names: while it is rebuilt, some are not there yet.
            if (Text(0) is not { } phone)
                throw new RuleViolationException("projection_behind", $"The contacts are being rebuilt: deliver extraction {extractionId} again when `padron projections status` shows them up to date.");
            yield return new(PhoneNumber.Parse(phone), Text(1), Text(2), Text(3), Text(4), Text(5) ?? "");
            await teller.WrittenAsync(++read);
        }

        if (read != obtained)
            throw new InvalidDataException($"The manifest of extraction {extractionId} has {read} contacts, and {obtained} were claimed: restore padron.extraction_contacts.");

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}
