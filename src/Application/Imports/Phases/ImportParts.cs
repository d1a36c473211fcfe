using Padron.Application.Imports.Rollback;
using Padron.Application.Imports.Validation;
using Padron.Domain.Imports;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;

namespace Padron.Application.Imports.Phases;

/// <summary>What an import is made of, and how its facts are recorded.</summary>
public sealed record ImportParts(
    EventSessions Sessions, Streams Streams, CatchUp CatchUp, ImportContactsHandler Importer, PreparePhase Prepare, SamplePhase Sample,
    ValidateImportHandler Validator, FinishPhase Finish, RollbackImportHandler Rollback, TimeProvider Clock)
{
    internal Task FailAsync(Guid importId, string reason, EventMetadata metadata) =>
        CloseAsync(importId, new ImportFailed(reason, Clock.GetUtcNow()), metadata, CancellationToken.None);

    /// <summary>Records the fact that ends the import, and lets its file be imported again, in one transaction.</summary>
    internal Task CloseAsync(Guid importId, ImportEvent fact, EventMetadata metadata, CancellationToken ct) =>
        Sessions.TransactAsync(
            async (session, token) =>
            {
                await RecordAsync(importId, fact, metadata, token);
                await ImportCheckpoint.CloseAsync(session.Connection, importId, token);
                return true;
            },
            ct);

    internal Task RecordAsync(Guid importId, ImportEvent fact, EventMetadata metadata, CancellationToken ct) =>
        Streams.ExecuteAsync(importId, Import.None, Import.Evolve, import => import.Decide(fact), metadata, ct);
}
