using Padron.Application.Extractions;
using Padron.MartenExtensions.Queue;

namespace Padron.Api.Configuration;

/// <summary>Extractions in the background, and their files.</summary>
/// <remarks>A transaction claims 5,000 contacts at most (EXTRACTION_BATCH_SIZE): that is no setting, because a stop or a conflict costs one batch.</remarks>
sealed record ExtractionOptions
{
    /// <summary>Background extractions at a time, by all processes together (MAX_CONCURRENT_EXTRACTIONS). Give every process the same.</summary>
    /// <value>Extractions from 1 to 100; default 5.</value>
    [Setting("EXTRACTION_CONCURRENCY", Unit = "extractions", Min = 1, Max = 100)]
    public int Concurrency { get; init; } = 5;

    /// <summary>
    /// How long one try of a background extraction may take (DB_EXTRACTION_TIMEOUT). The next one goes on with what is claimed but writes its file anew, and
    /// after eight tries it is a dead letter: allow more before asking for a million contacts.
    /// </summary>
    /// <value>Seconds from 10 to 86400; default 300.</value>
    [Setting("EXTRACTION_TIMEOUT", Unit = "seconds", Min = 10, Max = 86_400)]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>The file of a background extraction is removed this long after its delivery. 0: never.</summary>
    /// <value>Days from 0 to 3650; default 30.</value>
    [Setting("EXTRACTION_FILE_DAYS", Unit = "days", Min = 0, Max = 3650)]
    public TimeSpan FileLifetime { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The files' folder, and how long they stay in it.</summary>
    public ExtractionSpool SpoolIn(string directory) => new(directory, FileLifetime > TimeSpan.Zero ? FileLifetime : null);

    public MessagePolicy ForQueue() => RunExtractionHandler.Policy with { MaxConcurrency = Concurrency, Timeout = Timeout };
}
