namespace Padron.Application.Caching;

/// <summary>What several processes keep together. It may be gone at any moment, with all it held, and then everybody does without.</summary>
public interface ISharedCache
{
    /// <param name="key">Of this installation: the cache itself keeps installations apart.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null when nothing that can be read is under the key.</returns>
    /// <exception cref="SharedCacheUnavailableException">It does not answer.</exception>
    Task<byte[]?> ReadAsync(string key, CancellationToken ct = default);

    /// <summary>Replaces what is under the key.</summary>
    /// <exception cref="SharedCacheUnavailableException">It does not answer, or does not take it.</exception>
    Task WriteAsync(string key, byte[] value, TimeSpan timeToLive, CancellationToken ct = default);

    /// <exception cref="SharedCacheUnavailableException">It does not answer.</exception>
    Task PingAsync(CancellationToken ct = default);
}

/// <summary>The shared cache can't be asked now. It is said at once, or after a fraction of a second: nobody waits for a cache.</summary>
public sealed class SharedCacheUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
