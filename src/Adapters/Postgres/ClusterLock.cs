namespace Padron.Adapters.Postgres;

/// <summary>Advisory locks on files (flock). The kernel releases them when their process ends, however it ends; disposing the stream does too.</summary>
static class ClusterLock
{
    static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(20);

    public static FileStream? TryTakeAlone(string path) => TryOpen(path, FileShare.None);

    public static FileStream? TryShare(string path) => TryOpen(path, FileShare.Read);

    /// <exception cref="PostgresUnavailableException">Another process still held it after <paramref name="timeout"/>.</exception>
    public static async Task<FileStream> TakeAloneAsync(string path, TimeSpan timeout, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(timeout);
        try
        {
            while (true)
            {
                if (TryTakeAlone(path) is { } held)
                    return held;
                await Task.Delay(Retry, deadline.Token); // .NET offers flock without waiting only
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new PostgresUnavailableException(
                $"Another Padrón process has been starting or stopping the database for {timeout.TotalSeconds:0} s; it holds {path}.");
        }
    }

    // FileShare.None is LOCK_EX, FileShare.Read is LOCK_SH. 11 and 35 are EWOULDBLOCK on Linux and macOS: someone else holds it.
    static FileStream? TryOpen(string path, FileShare share)
    {
        try
        {
            return UnixFiles.OpenOrCreate(path, share);
        }
        catch (IOException e) when (e.HResult is 11 or 35)
        {
            return null;
        }
    }
}
