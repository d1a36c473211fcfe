using Padron.Application.Imports.Load;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.MartenExtensions;

namespace Padron.Application.Imports;

/// <summary>Gives an initial load up that can't be resumed, such as one whose file is lost, and opens the register again: empty, as before it.</summary>
public sealed class AbandonImportHandler(EventSessions sessions, Streams streams, ContactKey key, TimeProvider clock)
{
    /// <exception cref="RuleViolationException"><c>import_not_loading</c>, <c>import_running</c></exception>
    public async Task HandleAsync(Guid importId, string by, CancellationToken ct = default)
    {
        var metadata = new EventMetadata(User: by);
        await using (var load = await InitialLoad.OpenAsync(sessions, key, importId, metadata, ct))
        {
            if (load is null)
                throw new RuleViolationException("import_not_loading", $"Import {importId} is no unfinished initial load: there is nothing to give up.");
            await load.AbandonAsync(ct);
        }

        await streams.ExecuteAsync(
            importId, Import.None, Import.Evolve, import => import.Decide(new ImportAbandoned(clock.GetUtcNow())), metadata, ct);
    }
}
