namespace Padron.Adapters.Postgres;

/// <param name="DataDirectory">What <see cref="Postgres.DataDirectory.Resolve()"/> gives; made when missing. The cluster is in <c>pg</c> there.</param>
public sealed record PrivateClusterOptions(string DataDirectory)
{
    /// <summary>Settings of postgresql.conf that replace or add to ours, from the next start of the server: attaching changes nothing.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a start may take, recovery after a crash included (up to 4 GB of WAL are replayed), and as long for a stop.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(5);
}
