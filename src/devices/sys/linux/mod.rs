//! Linux: block devices through sysfs, the process table through procfs, system calls beneath.
//!
//! Kernel 5.15 and later; what an older one lacks is answered with "could not tell".

mod below;
mod block_source;
mod block_target;
mod cache;
mod calls;
mod carrier;
mod entries;
mod ext4_facts;
mod ext4_folder;
mod ext4_hash;
mod ext4_rooms;
mod extents;
mod file_batch;
mod file_eye;
mod file_folder;
mod file_moved;
mod file_names;
mod file_open;
mod file_stream;
mod file_system_source;
mod file_systems;
mod files;
mod free_calls;
mod free_fill;
mod free_folder;
mod free_inodes;
mod free_inodes_xfs;
mod free_look;
mod free_reserves;
mod handle;
mod identity;
mod image_source;
mod image_target;
mod io;
mod local;
mod machine;
mod memory;
mod nodes;
mod overlap;
mod partitions;
mod pool;
mod processes;
mod ring;
mod stack;
mod stat;
mod storage;
mod sysfs;
mod tables;
mod tails;
#[cfg(test)]
mod tests;
mod times;
mod tree;
mod under;
mod walk;

pub(crate) use below::{Folder, give_open};
pub(crate) use block_source::open_block;
pub(crate) use block_target::claim_block;
pub(crate) use cache::{drop_cached, reach_medium};
pub(crate) use entries::clear_entries;
pub(crate) use file_batch::claim_batch;
pub(crate) use file_names::remove_folders;
pub(crate) use file_system_source::open_file_system;
pub(crate) use file_systems::file_system;
pub(crate) use files::{image_lease, image_storage};
pub(crate) use free_fill::{Filler, fill};
pub(crate) use free_folder::remove_left_behind;
pub(crate) use free_look::free_space_facts;
pub(crate) use image_source::open_image;
pub(crate) use image_target::claim_image;
pub(crate) use io::read_at;
pub(crate) use local::connect_local;
pub(crate) use machine::{
    allow_open_files, clock_state, dmi, forbid_core_dumps, forbid_tracing, free_space, give_to, is_root,
    lower_io_priority, open_files_limit, raid_controllers, running_program, shared_permissions,
};
pub(crate) use nodes::{block_facts, image_facts, whole_devices};
#[cfg(any(test, feature = "testkit"))]
pub(crate) use overlap::refuse_io_uring;
pub(crate) use processes::{in_initial_pid_namespace, who_holds};
pub(crate) use stack::{
    above, beneath_device, beneath_path, claimed_elsewhere, loop_bindings, members_of_file_systems,
};
pub(crate) use stat::stat;
pub(crate) use storage::{open_to_read_back, place_of, read_directly};
pub(crate) use tables::{mount_tables, own_mounts, swap_areas};
pub(crate) use tails::clear_tails;
pub(crate) use walk::{file_layout, file_lease, find, folder_names, may_change};
