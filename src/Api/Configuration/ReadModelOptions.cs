namespace Padron.Api.Configuration;

/// <summary>How the process reads what the projections write.</summary>
sealed record ReadModelOptions
{
    /// <summary>How long a command waits for a read model that another process is writing, before it goes on with what is there.</summary>
    /// <value>Seconds from 0 to 3600; default 10.</value>
    [Setting("READ_PATIENCE", Unit = "seconds", Min = 0, Max = 3600)]
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);
}
