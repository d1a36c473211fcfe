using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;

namespace Padron.Application.Imports;

/// <summary>Counts a batch on top of a tally; thrown away when the batch rolls back.</summary>
sealed class TallyBuilder(ImportTally start)
{
    readonly Dictionary<RejectionReason, long> rejected = start.Rejected.ToDictionary();
    long imported = start.Imported;
    long verified = start.Verified;
    long notMobile = start.NotMobile;
    long invalidated = start.Invalidated;
    long unverified = start.Unverified;
    long ladaInferred = start.LadaInferred;

    public long RowsRead { get; set; } = start.RowsRead;

    public long AlreadyKnown { get; set; } = start.AlreadyKnown;

    public long DetailsChanged { get; set; } = start.DetailsChanged;

    public long Duplicates { get; set; } = start.Duplicates;

    public void Reject(RejectionReason reason) => rejected[reason] = rejected.GetValueOrDefault(reason) + 1;

    /// <summary>Counts what the decider made of a row.</summary>
    public void Add(ImportContact command, IReadOnlyList<object> events)
    {
        if (events is [ContactDetailsChanged])
        {
            AlreadyKnown++;
            DetailsChanged++;
            return;
        }

        imported++;
        ladaInferred += command.LadaInferred ? 1 : 0;
        switch (events[^1])
        {
            case ContactVerified: verified++; break;
            case ContactNotMobile: notMobile++; break;
            case ContactInvalidated: invalidated++; break;
            default: unverified++; break;
        }
    }

    public ImportTally Build() => new(RowsRead, imported, AlreadyKnown, Duplicates, rejected, verified, notMobile, invalidated, unverified, ladaInferred)
    {
        DetailsChanged = DetailsChanged,
    };
}
