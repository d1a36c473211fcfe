using System.Security.Cryptography;
using Npgsql;
using Padron.Domain;
using Padron.Domain.Numbering;

namespace Padron.Application.Numbering;

/// <summary>Reads the regulator's plan from the file it publishes.</summary>
public interface INumberingPlanFile
{
    /// <exception cref="InvalidDataException">Not a plan; the message names line and reason.</exception>
    IEnumerable<NumberingBlock> Read(string path);
}

/// <summary>A plan that was loaded, or would be.</summary>
/// <param name="Info">What it is.</param>
/// <param name="Overlaps">How many blocks of the file shared numbers with others, and were cut or left out.</param>
/// <param name="Before">The plan in force before it; null when it is the first.</param>
/// <param name="Difference">To the plan before.</param>
/// <param name="Contacts">
/// Whose line it tells otherwise, in blocks of which the plan before said otherwise: those that
/// <see cref="ReclassifyContactsHandler"/> changes, less what an earlier plan left behind.
/// </param>
public sealed record LoadedPlan(NumberingPlanInfo Info, int Overlaps, NumberingPlanInfo? Before, NumberingPlanDifference Difference, LineChangeCount Contacts);

/// <summary>Replaces the numbering plan by the one in a file. Contacts keep what the old one said until they are reclassified.</summary>
public sealed class LoadNumberingPlanHandler(INumberingPlanFile file, NumberingPlanStore store)
{
    /// <param name="path">The file.</param>
    /// <param name="at">UTC.</param>
    /// <param name="by">Who loads it.</param>
    /// <param name="dryRun">Only tells what loading it would change.</param>
    /// <param name="ct">Cancelling keeps the old plan.</param>
    /// <exception cref="RuleViolationException"><c>numbering_plan_empty</c></exception>
    /// <exception cref="InvalidDataException">The file is not a numbering plan.</exception>
    public async Task<LoadedPlan> HandleAsync(string path, DateTimeOffset at, string? by = null, bool dryRun = false, CancellationToken ct = default)
    {
        var plan = NumberingPlan.From(file.Read(path));
        if (plan.IsEmpty)
            throw new RuleViolationException("numbering_plan_empty", $"{path} has no block of numbers: is it the public file of the numbering plan?");
        await using var content = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct));
        var info = new NumberingPlanInfo($"pnn-{hash[..12]}", Path.GetFileName(path), plan.Count, at);
        var before = await store.InfoAsync(ct);
        var loaded = new LoadedPlan(info, plan.Overlaps, before, NumberingPlanDifference.None, LineChangeCount.None);
        await store.ReplaceAsync(
            plan,
            info,
            async (connection, replaced) =>
            {
                var changes = PlanChange.Between(replaced, plan).ToArray();
                loaded = loaded with { Difference = NumberingPlanDifference.Of(changes), Contacts = await CountAsync(connection, info.Version, changes, ct) };
                await NumberingPlanVersions.RecordAsync(
                    connection, new(info.Version, info.FileName, hash, info.Blocks, plan.Overlaps, loaded.Difference, at, by), ct);
                return !dryRun;
            },
            ct);
        return loaded;
    }

    static async Task<LineChangeCount> CountAsync(NpgsqlConnection connection, string version, IEnumerable<PlanChange> changes, CancellationToken ct)
    {
        long[] blocks = [.. changes.Where(change => change.ChangesLine && change.After is not null).Select(change => change.After!.Value.First).Distinct()];
        var contacts = LineChangeCount.None;
        await foreach (var batch in LineChanges.WalkAsync(connection, version, blocks, ct: ct))
            contacts = contacts.Plus(batch);
        return contacts;
    }
}
