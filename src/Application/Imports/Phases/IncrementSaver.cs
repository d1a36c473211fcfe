using System.Threading.Channels;

namespace Padron.Application.Imports.Phases;

/// <summary>Saves an increment each time so many rows have come in, beside the import, whose progress it hears and passes on.</summary>
sealed class IncrementSaver : IProgress<ImportProgress>, IAsyncDisposable
{
    readonly long every;
    readonly IProgress<ImportProgress>? next;
    readonly CancellationTokenSource stop;

    // Two that fall due while one is being saved are one.
    readonly Channel<bool> due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    readonly Task saving;
    long? saved;

    public IncrementSaver(long every, IProgress<ImportProgress>? next, Func<CancellationToken, Task> save, CancellationToken ct)
    {
        (this.every, this.next) = (every, next);
        stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        saving = Task.Run(() => SaveAsync(save), CancellationToken.None);
    }

    /// <summary>Never called by two threads at once: an import tells in order.</summary>
    public void Report(ImportProgress value)
    {
        var rounds = value.RowsRead / every;
        if (rounds > (saved ??= rounds))
            due.Writer.TryWrite(true);
        saved = rounds;
        next?.Report(value);
    }

    /// <summary>Waits for what is being saved; its failure comes out here, when the rows are in already and nothing else is lost.</summary>
    public Task EndAsync()
    {
        due.Writer.TryComplete();
        return saving;
    }

    public async ValueTask DisposeAsync()
    {
        due.Writer.TryComplete();
        await stop.CancelAsync(); // nothing is left to stop, unless the import failed
        await saving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // then that is what counts
        stop.Dispose();
    }

    async Task SaveAsync(Func<CancellationToken, Task> save)
    {
        await foreach (var _ in due.Reader.ReadAllAsync(stop.Token))
            await save(stop.Token);
    }
}
